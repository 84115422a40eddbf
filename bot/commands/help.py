"""/help: made from the list of commands."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.command import Asked, Command
from bot.reply import Button, Reply
from bot.wording.layout import bold, lines
from core.errors import BadInput


def _about(name: str, commands: Sequence[Command]) -> Reply:
    """All that can be typed of one command."""
    command = next((each for each in commands if each.name == name), None)
    if command is None:
        raise BadInput(f"I do not know /{name[:30]}. /help lists what I understand.")
    forms = command.forms or {command.example or f"/{command.name}": command.help}
    rows = [Markup("<code>{}</code>\n   {}").format(form, meaning) for form, meaning in forms.items()]
    return Reply(
        lines(bold(f"/{command.name}: {command.help}"), *rows), ((Button("All commands", "/help"),),)
    )


def help_command(listed: Callable[[], Sequence[Command]]) -> Command:
    """/help over the commands that `listed` gives when it is asked."""

    async def _help(asked: Asked) -> Reply:
        wanted = asked.args.lower().removeprefix("/")
        if wanted:
            return _about(wanted, listed())
        rows = [
            Markup("/{} – {}{}").format(
                command.name,
                command.help,
                Markup("\n   <code>{}</code>").format(command.example) if command.example else "",
            )
            for command in listed()
        ]
        return Reply(
            lines(
                bold("What I understand"),
                *rows,
                "More about one: /help hedge",
                "Or just type what you hold: SOL 60. I never place orders, and this is not advice.",
            )
        )

    return Command("help", "all commands", _help)
