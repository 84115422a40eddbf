"""What this machine is like: its private files, its way out to the network, and what its clock is worth.

The room uses nothing but the errors of `core.domain`.
"""
