"""A user's account at an exchange, read with a key that can only read."""
