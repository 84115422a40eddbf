"""The sweep: once a minute, which alerts of all users have come to be reached.

Everything else sees one door: `Sweep`, and `Swept`, which it returns. The room may use all of core.
"""

from core.sweep.sweep import Sweep, Swept

__all__ = ["Sweep", "Swept"]
