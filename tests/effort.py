"""How hard the tests look: a little where somebody waits for them, and as hard as they can in CI."""

import os

FULL = bool(os.environ.get("CI"))
"""Whether this is CI, where nobody waits: GitHub and `.ci/run` set CI."""


def examples(full: int) -> int:
    """How many examples Hypothesis makes for a test that gets `full` of them in CI: locally a quarter."""
    return full if FULL else max(10, full // 4)
