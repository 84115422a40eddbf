"""How to make a read-only key at an exchange, and what became of a key."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.wording.layout import bold, lines

PIECES = {
    "apiKey": "KEY",
    "secret": "SECRET",  # nosec B105
    "password": "PASSPHRASE",  # nosec B105
    "walletAddress": "ADDRESS",
}
"""What the parts of a key are called in a line to be typed, by ccxt's names."""

NEXT = "Next: /sync reads your coins there. Fills record themselves from now on."
ANYWHERE = (
    "In your account there, open the page of API keys and create one.",
    "Give it the right to read, and no other.",
)
"""How to make a key at a venue that nothing more is known of."""


def form(venue: str, pieces: Sequence[str]) -> str:
    """The line to type, with a placeholder for each part of the key."""
    return " ".join(("/connect", venue, *(PIECES[piece] for piece in pieces)))


def how_to_connect(
    venue: str, name: str, pieces: Sequence[str], making: Sequence[str], others: Sequence[str]
) -> Markup:
    """The steps from no key at all to a connected venue.

    pieces: what a key there is made of, by ccxt's names. making: the venue's own steps to a key.
    """
    steps = (*(making or ANYWHERE), "Send it to me here, in one line:")
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    more = "Other venues: " + ", ".join(f"/connect {other}" for other in others) if others else None
    return lines(
        bold(f"Connect {name}, for reading only"),
        *numbered,
        Markup("<code>{}</code>").format(form(venue, pieces)),
        "I delete your message at once and seal the key. What is filled there then records itself, and what "
        "the exchange does to your shorts is told at once. /accounts lists what is connected.",
        "A key that can trade or withdraw is refused. /disconnect erases it.",
        more,
    )


def key_connected(name: str, told: str) -> Markup:
    """The answer once a key is stored. told: what the venue says about the rights of the key."""
    return lines(
        bold(f"{name} is connected, for reading only"),
        told,
        "Next: /sync reads your coins there. Fills record themselves from now on.",
    )


def disconnected(names: Sequence[str]) -> Markup:
    """Keys were erased."""
    return lines(
        bold(f"Erased: your key for {', '.join(names)}"),
        "Delete it at the venue as well; your book here stays as it is.",
    )
