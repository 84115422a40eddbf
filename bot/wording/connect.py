"""How to make a read-only key at each exchange, and what became of a key."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from bot.wording.layout import bold, lines

PIECES = {
    "apiKey": "KEY",
    "secret": "SECRET",  # nosec B105
    "password": "PASSPHRASE",  # nosec B105
    "walletAddress": "ADDRESS",
}
"""What the parts of a key are called in a line to be typed, by ccxt's names."""

WHERE: Mapping[str, tuple[str, ...]] = {
    "binanceusdm": (
        "On binance.com open Account, API Management, Create API, System generated.",
        "Leave only “Enable Reading” ticked.",
    ),
    "bybit": (
        "On bybit.com open API in your account, Create New Key, System-generated.",
        "Choose “Read-Only”. Tick the positions of the unified account, and under Assets the wallet.",
    ),
    "okx": (
        "On okx.com open API in your account and create a key for API trading.",
        "Choose the permission “Read” alone, and a passphrase of your own.",
    ),
    "bitget": (
        "On bitget.com open API Keys in your account, Create API key, System-generated.",
        "Choose “Read-only”, tick spot and futures, and choose a passphrase of your own.",
    ),
    "gate": (
        "On gate.com open API Management in your account and create an APIv4 key.",
        "Tick spot, wallet and perpetual futures, each “Read only”.",
    ),
    "mexc": (
        "On mexc.com open API in your account and create a key.",
        "Tick only the rights that say view or read: spot account and futures account.",
    ),
    "bingx": (
        "On bingx.com open API Management in your account and create a key.",
        "Leave only “Read” ticked.",
    ),
    "kucoinfutures": (
        "On kucoin.com open API Management in your account, Create API.",
        "Tick only “General”, and choose a passphrase of your own.",
    ),
    "weex": (
        "On weex.com open API Management in your account and create a key.",
        "Leave only the read permission ticked, and choose a passphrase of your own.",
    ),
    "hyperliquid": (
        "No key is needed: your account's address is public.",
        "Copy the address of your main wallet, which begins with 0x, not that of an API wallet.",
    ),
}
ANYWHERE = (
    "In your account there, open the page of API keys and create one.",
    "Give it the right to read, and no other.",
)


def form(venue: str, pieces: Sequence[str]) -> str:
    """The line to type, with a placeholder for each part of the key."""
    return " ".join(("/connect", venue, *(PIECES[piece] for piece in pieces)))


def how_to_connect(venue: str, name: str, pieces: Sequence[str], others: Sequence[str]) -> Markup:
    """The steps from no key at all to a connected venue. pieces: the parts that a key of this venue has."""
    steps = (*WHERE.get(venue, ANYWHERE), "Send it to me here, in one line:")
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    more = "Other venues: " + ", ".join(f"/connect {other}" for other in others) if others else None
    return lines(
        bold(f"Connect {name}, for reading only"),
        *numbered,
        Markup("<code>{}</code>").format(form(venue, pieces)),
        "I delete your message at once, seal the key, and read with it only when you type /sync.",
        "A key that can trade or withdraw is refused. /disconnect erases it.",
        more,
    )


def key_connected(name: str, told: str) -> Markup:
    """The answer once a key is stored. told: what the venue says about the rights of the key."""
    return lines(bold(f"{name} is connected, for reading only"), told, "Next: /sync reads your coins there.")


def disconnected(names: Sequence[str]) -> Markup:
    """Keys were erased."""
    return lines(
        bold(f"Erased: your key for {', '.join(names)}"),
        "Delete it at the venue as well; your book here stays as it is.",
    )
