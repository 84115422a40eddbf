"""Where the time comes from. Nothing else in the program asks the machine what time it is.

Every clock is a function without arguments that gives aware UTC. This room uses nothing of `bot`.
"""
