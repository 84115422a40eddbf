"""What may back shorts: an account's mode, the cash and coins in it, and what a venue takes of them."""
