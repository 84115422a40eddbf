"""Where the time comes from. Everything that depends on the time is given one of these clocks.

Every clock is a function without arguments that gives aware UTC. This room uses nothing of `bot`.
"""
