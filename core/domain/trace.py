"""What may be logged about a failure: the places in the code, and never the texts of the exceptions."""

import traceback
from collections.abc import Iterator
from types import UnionType


def trace(error: BaseException) -> str:
    """The traceback without the exceptions' texts, because those may repeat what a person typed or holds."""
    return "".join(_parts(error)).rstrip("\n")


def reason(error: BaseException, told: type[BaseException] | UnionType) -> str:
    """What is logged of a failure: its own sentence where it is one of `told`, otherwise its trace."""
    return str(error) if isinstance(error, told) else f"\n{trace(error)}"


def _parts(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _parts(cause)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
