"""Files that nobody else on the machine may read: settings with a token in them, and the database."""

import os
import stat
from pathlib import Path

from core.domain.errors import BadInput

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(path: Path, what: str) -> str | None:
    """Take everybody else's rights to a file away; what to tell of it, None where there was nothing to do.

    what: how a sentence calls the file. Raises BadInput where others can read it and we may not change that.
    It only changes the mode: to open and close a database that is in use would take its locks away.
    """
    if os.name != "posix":
        return None
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    if not mode & _OTHERS:
        return None
    try:
        path.chmod(mode & ~_OTHERS)
    except OSError:
        raise BadInput(
            f"Others on this machine can read {what}, and I may not change that. Type chmod 600 {path}"
        ) from None
    return f"Others on this machine could read {what}: I have made it yours alone."
