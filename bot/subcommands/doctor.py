"""`microhedge doctor`: what could keep a bot from working here, one line for each finding."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from dotenv import dotenv_values

from bot.settings import Settings, refused_settings
from bot.subcommands import Subcommand


async def doctor(settings: Settings, _given: Namespace) -> int:
    """Print the findings. The exit code is 0 where all is well and 1 where something is not."""
    from bot.running.doctor import Looked, examine

    file = dotenv_values(Path(".env"))
    looked = Looked(settings, refused_settings(), dict(os.environ), file, {})
    well = True
    async for finding in examine(looked):
        well = well and finding.well
        mark = "well" if finding.well else "WRONG"
        sys.stdout.write(f"{mark:6}{finding.about:22}{finding.sentence}\n")
        sys.stdout.flush()
    return 0 if well else 1


subcommand = Subcommand("doctor", "look for what could keep the bot from working here", doctor, lenient=True)
