"""How much of everything one user may store or ask for, so that nobody can slow the bot down for the
others.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caps:
    """The upper limits for one user. Whoever runs the bot can set each as `MOST_` and the name of the
    field.
    """

    messages: int = 60
    """Messages a minute that get an answer."""
    characters: int = 20_000
    """Characters of one message."""
    digits: int = 60
    """Digits of one number."""
    holdings: int = 300
    """Different coins that a user may hold."""
    alerts: int = 50
    """Alerts that a user may have."""
    tickets: int = 20
    """Tickets that are kept. Of older ones the button is answered with a sentence that says so."""
    entries: int = 2000
    """Journal entries that are read for one answer. Fills are recorded even where there are more."""


CAPS = Caps()
"""The limits where the one who runs the bot has set none."""
