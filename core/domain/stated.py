"""What the engine has to say, as a kind with fields: a front end words it and names venues in its own way."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import ClassVar

Called = Callable[[str], str]
"""What to call a venue, from its id."""


class Stated:
    """Something that one clear sentence says; a subclass is a kind of it, and its fields are the figures."""

    says: ClassVar[str]
    """The sentence, with the fields in braces as in `str.format`."""

    def sentence(self, called: Called = str) -> str:
        """The sentence with a venue as `called` calls it: by its id, unless told otherwise."""
        names: list[str] = [field.name for field in fields(self)] if is_dataclass(self) else []
        return self.says.format_map({name: _shown(name, getattr(self, name), called) for name in names})


def _shown(name: str, value: object, called: Called) -> object:
    return called(value) if name == "venue" and isinstance(value, str) else value
