"""How much of everything one user may have or ask for, so that nobody can stop the program for the others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """The most of each. Each is a setting of the one who runs the program, `MOST_` and its name."""

    messages: int = 60
    """Messages a minute that are answered."""
    characters: int = 20_000
    """Characters of one message."""
    digits: int = 60
    """Digits of one number."""
    holdings: int = 300
    """Coins held."""
    alerts: int = 50
    """Alerts."""
    tickets: int = 20
    """Tickets that are kept, the newest; a button under an older one is answered with a sentence."""
    entries: int = 2000
    """Entries of a journal that are read for one answer. A fill is recorded however many there are."""


CAPS = Caps()
"""Those of who has set none."""
