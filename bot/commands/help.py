"""/help: made from the list of commands."""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from bot.desk.command import Asked, Command
from bot.wording.layout import bold, lines
from bot.wording.reply import Button, Reply
from core.domain.errors import BadInput

HEDGE = ((Button("Hedge", "/hedge"), Button("About /hedge", "/help hedge")),)
FIRST = ("hedge", "portfolio", "positions", "whatif", "adjust", "exit", "alerts", "learn")
"""The commands that /help tells of before [More]."""
ALL = "all"


def _about(name: str, commands: Sequence[Command]) -> Reply:
    """All forms of one command."""
    command = next((each for each in commands if each.name == name), None)
    if command is None:
        raise BadInput(f"I do not know /{name[:30]}. /help lists what I understand.")
    # A command with one form has it as its example, and its help says what it does.
    forms = command.forms or {command.example or f"/{command.name}": command.help}
    rows = [Markup("<code>{}</code>\n   {}").format(form, meaning) for form, meaning in forms.items()]
    return Reply(
        lines(bold(f"/{command.name}: {command.help}"), *rows, command.note),
        ((Button("All commands", "/help"),),),
    )


def help_command(listed: Callable[[], Mapping[str, Sequence[Command]]]) -> Command:
    """The command /help. listed: gives the chapters of commands when it is asked, because /help itself is one
    of them.
    """

    async def _help(asked: Asked) -> Reply:
        wanted = asked.args.lower().removeprefix("/")
        commands = {command.name: command for chapter in listed().values() for command in chapter}
        if not wanted:
            return _few([commands[name] for name in FIRST])
        if wanted != ALL:
            return _about(wanted, [command for chapter in listed().values() for command in chapter])
        first = bold("Type what you hold, like SOL 60, then /hedge")
        chapters = [_chapter(title, commands) for title, commands in listed().items()]
        last = lines(
            "More about one, with examples: /help hedge", "I never place orders, and this is not advice."
        )
        return Reply(Markup("\n\n").join([first, *chapters, last]), HEDGE)

    return Command(
        "help",
        "what you can say",
        _help,
        forms={
            "/help": "the eight commands that matter most",
            "/help all": "all of them",
            "/help hedge": "all forms of one",
        },
    )


def _few(commands: Sequence[Command]) -> Reply:
    """The commands that matter most, and that plain words do as well."""
    rows = [Markup("/{} – {}").format(command.name, command.help) for command in commands]
    return Reply(
        lines(
            bold("Type what you hold, like SOL 60"),
            *rows,
            "Or say it plainly: what if btc drops 30%",
        ),
        ((Button("More", f"/help {ALL}"), Button("What words mean", "/learn")), *HEDGE),
    )


def _chapter(title: str, commands: Sequence[Command]) -> Markup:
    rows = [Markup("/{} – {}").format(command.name, command.help) for command in commands]
    return lines(bold(title), *rows)
