"""/help: made from the list of commands."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.command import Asked, Command
from bot.reply import Reply
from bot.wording.layout import bold, lines


def help_command(listed: Callable[[], Sequence[Command]]) -> Command:
    """/help over the commands that `listed` gives when it is asked."""

    async def _help(_asked: Asked) -> Reply:
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
                "Or just type what you hold: SOL 60. I never place orders, and this is not advice.",
            )
        )

    return Command("help", "all commands", _help)
