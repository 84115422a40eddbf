"""What can go wrong in a way that the user can act on: the families that every such error belongs to.

A kind of error is a subclass of a family, in the room that raises it. Its sentence says what was wrong and
nothing of how users talk to the program; `bot.wording.errors` knows by the kind what they can type instead.
"""

from core.domain.stated import Called, Stated


class HedgeError(Stated, Exception):
    """One clear sentence that says what was wrong.

    A kind with fields is a dataclass made with `eq=False`: two errors are the same only if they are one.
    It is not made with `frozen=True`, for Python itself sets the traceback of an error that passes.
    """

    says = ""

    def sentence(self, called: Called = str) -> str:
        """What was wrong: by the kind, or else the text that the error was made with."""
        return super().sentence(called) if self.says else " ".join(map(str, self.args))

    def __str__(self) -> str:
        return self.sentence()

    @property
    def for_operator(self) -> str:
        """The same for who runs the program and sits at its terminal: they may know more than its users."""
        return str(self)


class BadInput(HedgeError):
    """Something the user typed cannot be understood or is out of range; nothing was changed."""


class NoData(HedgeError):
    """A figure from outside is missing, stale or impossible; it is named and never guessed."""


class CannotHedge(HedgeError):
    """The wish is understood and cannot be met; the message names the constraint that broke."""


class AlreadyDone(HedgeError):
    """The same request arrived a second time; it was carried out the first time."""


class NoStore(HedgeError):
    """The database cannot be reached, or was lost while it was used. It is no NoData: whoever does without a
    figure from outside must not take this for one. The message names no path, host or account, because users
    read it.
    """

    def __init__(self, sentence: str, place: str) -> None:
        super().__init__(sentence)
        self._place = place
        """Where it is, for who runs the program."""

    @property
    def for_operator(self) -> str:
        return f"{self} I looked for {self._place}."
