"""Accounts whose shorts share what backs them."""
