"""A line in, a reply out: finds the command, gives it what it may use, and words every failure."""
