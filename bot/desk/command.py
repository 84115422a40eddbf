"""What a command is, and what it is given."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.desk.desk import Desk
from bot.wording.reply import Reply


@dataclass(frozen=True, slots=True)
class Asked:
    """One line that a command has to answer."""

    args: str
    """What follows the name of the command, as it was typed."""
    desk: Desk
    """What the command may use."""
    say: Callable[[str], Awaitable[Reply]]
    """Answers another line as if the user had typed that."""

    @property
    def words(self) -> list[str]:
        """The words of `args`."""
        return self.args.split()


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be typed, and how it is answered."""

    name: str
    """Without the slash."""
    help: str
    """What it does, in one line."""
    run: Callable[[Asked], Awaitable[Reply]]
    """Gives the answer. Raises HedgeError for what the user can mend."""
    example: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)
    """What can be typed and what each gives, where one example does not say enough."""
    note: str = ""
    """What everybody should know who uses it, said below its forms."""
    everyday: bool = False
    """Its name is a word that answers begin with: as the answer to a question it means the command only
    behind a slash.
    """
    secret: bool = False
    """What follows the name is a secret and must not stay anywhere: in no chat, no history, no log."""
