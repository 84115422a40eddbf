"""What a plan is up against: prices that move, its premium, other ways to hedge. Pure."""
