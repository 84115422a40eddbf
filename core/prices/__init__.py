"""Current snapshots of the venues in use, what one lacks from the next, and the past.

The room asks venues through their `Market` and keeps what they say in memory. It may use the pure rooms,
`core.venues` and `core.store`.
"""
