"""What may be logged about a failure: the places in the code, and never the texts of the exceptions."""

import traceback
from collections.abc import Iterator


def trace(error: BaseException) -> str:
    """The traceback without the exceptions' texts, because those may repeat what a person typed or holds."""
    return "".join(_parts(error)).rstrip("\n")


def _parts(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _parts(cause)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
