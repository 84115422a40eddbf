"""What can go wrong in a way that the user can act on. The message is what the user reads."""


class HedgeError(Exception):
    """One clear sentence: what was wrong, and what to type or do instead."""

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


class NoStore(NoData):
    """The database cannot be reached. The message names no path, host or account, because users read it."""

    def __init__(self, sentence: str, place: str) -> None:
        super().__init__(sentence)
        self._place = place

    @property
    def for_operator(self) -> str:
        return f"{self} I looked for {self._place}."
