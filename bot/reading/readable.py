"""What a line may be at all: how long, with how long words and numbers. Who reads it counts on that."""

import re

from core.domain.caps import Caps
from core.domain.errors import BadInput

LONGEST_WORD = 200
"""Characters of a word after a command: contracts, coins, time zones and tokens are far shorter."""
MOST_AFTER = 4096
"""Characters after a command that takes no list."""
SHOWN = 20
"""Characters of what is refused that an answer repeats."""


def check_length(text: str, caps: Caps) -> None:
    """Raise BadInput where the message is too long to be read."""
    if len(text) > caps.characters:
        raise BadInput(f"That is too long; I read {caps.characters} characters at a time.")


def check_numbers(text: str, caps: Caps) -> None:
    """Raise BadInput where a number has more digits than anything has that can be held or traded."""
    long = re.search(rf"\d{{{caps.digits + 1},}}", text)
    if long is not None:
        raise BadInput(
            f"“{long[0][:SHOWN]}…” has {len(long[0])} digits. I read numbers of up to {caps.digits} digits."
        )


def check_words(args: str) -> None:
    """Raise BadInput where what follows a command that takes no list is too much to mean something."""
    if len(args) > MOST_AFTER:
        raise BadInput(f"That is too much after one command; I read {MOST_AFTER} characters there.")
    long = next((word for word in args.split() if len(word) > LONGEST_WORD), None)
    if long is not None:
        raise BadInput(f"“{long[:SHOWN]}…” is too long to be a word that I know. Type /help for what I read.")
