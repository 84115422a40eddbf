"""Why the store did not change, or did not read, what a user asked for: the kinds of its errors."""

from dataclasses import dataclass

from core.domain.errors import AlreadyDone, BadInput, NoData


@dataclass(eq=False)
class TooManyAlerts(BadInput):
    """The user has as many alerts as they may."""

    says = "You have {count} alerts, which is the most I keep."
    count: int


@dataclass(eq=False)
class NoSuchAlert(BadInput):
    """The user has no alert of this number."""

    says = "You have no alert number {number}."
    number: int


@dataclass(eq=False)
class TooManyCoins(BadInput):
    """The change would make more holdings than are kept of one user."""

    says = "That would make {count} coins, and {most} is the most that I keep. Nothing was changed."
    count: int
    most: int


class BookChanged(AlreadyDone):
    """The book is not what the difference to apply was found against."""

    says = "Your book has changed since, so nothing was changed now."


class KeysUnreadable(NoData):
    """The user's keys were sealed with a key that this server does not have any more."""

    says = "The keys you stored cannot be opened here any more."


@dataclass(eq=False)
class TooManyEntries(BadInput):
    """A hedge has more entries than are read for one answer."""

    says = "This hedge has {count:,} entries, and I read at most {most:,} for one answer."
    count: int
    most: int


class PositionsChanged(AlreadyDone):
    """The journal has gone on since what the user was shown."""

    says = "Your positions were changed meanwhile, so nothing was changed now."


class NoneOpen(BadInput):
    """The user has no open position at all."""

    says = "You have no open position."


@dataclass(eq=False)
class NotOpen(BadInput):
    """The user has no open position in this contract."""

    says = "You have no open position in {symbol}."
    symbol: str


class RecordedBefore(AlreadyDone):
    """The fills that a ticket asked for were recorded when it was answered the first time."""

    says = "This was recorded before; nothing was changed now."


class TicketGone(AlreadyDone):
    """The ticket that was answered is not kept any more."""

    says = "That ticket is gone; nothing was recorded."


class AnotherOpen(BadInput):
    """Taking it back would open an ended hedge again, beside the one that is open now."""

    says = "That hedge has ended and another one is open since, so this can no longer be taken back."


class TakenBack(AlreadyDone):
    """The change was taken back before."""

    says = "This was taken back before; nothing was changed now."


class CarriedOut(AlreadyDone):
    """The very message came a second time."""

    says = "This message was carried out before; nothing was changed now."


class DraftGone(AlreadyDone):
    """The draft that was answered is not the user's current one."""

    says = "This was saved or dropped before, or replaced by a newer one; nothing was changed now."


class QuestionOver(AlreadyDone):
    """The question whether to delete everything was answered, or another one was asked since."""

    says = "That question is no longer open; nothing was deleted now."
