"""The sweep: once a minute, which alerts of all users have come to be reached."""

from core.sweep.sweep import Sweep, Swept

__all__ = ["Sweep", "Swept"]
