"""The hedging engine: rooms that turn values into plans, and above them the rooms that await."""
