"""What went wrong and what changed at a venue: logged once, and kept for whoever asks how it answers."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

EVENTS = 10
"""How many changes are remembered."""

_log = logging.getLogger(__name__)


class Notes:
    """The notes on one venue."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._problems: dict[str, tuple[str, ...]] = {}
        self._events: deque[str] = deque(maxlen=EVENTS)

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each figure that was refused in the last call of each kind."""
        return tuple(dict.fromkeys(problem for kind in self._problems.values() for problem in kind))

    @property
    def events(self) -> tuple[str, ...]:
        """What changed lately, each with its time."""
        return tuple(self._events)

    def refused(self, kind: str, sentences: Iterable[str]) -> None:
        """Keep what was refused in this call; log only what the call before did not refuse."""
        problems = tuple(dict.fromkeys(sentences))
        for problem in problems:
            if problem not in self._problems.get(kind, ()):
                _log.warning("%s", problem)
        self._problems[kind] = problems

    def changed(self, sentence: str) -> None:
        """Log and remember a change."""
        _log.warning("%s", sentence)
        self._events.append(f"{self._clock():%d %b %H:%M} UTC: {sentence}")
