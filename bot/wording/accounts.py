"""The accounts that a user has connected: how old what is known of each is, and what it may do."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from bot.reading.venues import name_of
from bot.wording.layout import bold, lines
from bot.wording.portfolio import ago
from core.journal.fill import Fill
from core.store.accounts.account_reading import AccountState

RESTS = {
    "refused": "its key is refused. I ask nothing there until you connect it anew.",
    "rights": "its key may do more than read. I read nothing with it; make one that can only read.",
}
"""Why an account is not read any more."""


def accounts_listed(found: Sequence[AccountState], now: datetime) -> Markup:
    """The whole answer to /accounts."""
    several = "account" if len(found) == 1 else "accounts"
    return lines(
        bold(f"{len(found)} {several} connected, for reading only"),
        *(_told(each, now) for each in found),
        "I read them by myself: often while something is open there, otherwise twice an hour. What is filled "
        "goes into your hedge, and what the exchange does to it is told at once. Coins: /sync.",
    )


def recorded_itself(fills: Sequence[Fill]) -> Markup:
    """The answer to fills that connected accounts have told of already."""
    where = ", ".join(dict.fromkeys(name_of(fill.venue) for fill in fills))
    return lines(
        bold(f"That is recorded already: {where} told me of it"),
        "Nothing was added. What is filled there records itself within minutes, with its exact price.",
    )


def _told(account: AccountState, now: datetime) -> str:
    name, state = name_of(account.venue), account.state
    if state is None or (state.read_at is None and state.rests is None):
        return f"{name}: not read yet."
    if state.rests is not None:
        return f"{name}: {RESTS.get(state.rests, 'I do not read it any more.')}"
    read = f"read {ago(now - state.read_at)}" if state.read_at else "could not be read lately"
    opened = int(state.body.get("open", 0))
    positions = "nothing open" if not opened else "1 position" if opened == 1 else f"{opened} positions"
    differs = state.body.get("differs") or ()
    other = f" It differs from what you told me: {', '.join(differs)}. Compare with /sync." if differs else ""
    failing = " The last tries failed." if state.failures else ""
    return f"{name}: {read}, {positions}.{other}{failing}"
