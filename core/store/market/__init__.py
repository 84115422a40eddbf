"""What is kept of the venues, for everybody."""
