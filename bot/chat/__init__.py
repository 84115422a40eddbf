"""A line in, a reply out: finds the command, gives it what it may use, and words every failure.

Both front ends talk to this room and to nothing behind it. It may use everything in `bot` below it, and knows
no front end.
"""
