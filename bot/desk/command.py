"""What a command is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.desk.desk import Desk
from bot.wording.reply import Reply


@dataclass(frozen=True, slots=True)
class Asked:
    """`args`: what follows the command's name, as typed; `desk`: what the command may use."""

    args: str
    desk: Desk
    say: Callable[[str], Awaitable[Reply]]
    """Answers another line as if the user had typed that."""

    @property
    def words(self) -> list[str]:
        return self.args.split()


@dataclass(frozen=True, slots=True)
class Command:
    """`help` is one line; `run` answers, raising HedgeError for what the user can mend.

    forms: what can be typed and what it gives, where one example does not say enough. secret: what follows
    the name must not stay anywhere: not in the chat, a history or a log.
    """

    name: str
    help: str
    run: Callable[[Asked], Awaitable[Reply]]
    example: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
