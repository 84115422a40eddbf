"""Alerts: rules, when they fire, and every kind there is, in `kinds/`.

It is pure: what is measured on is gathered by others and comes in as a `Situation`. It may use every pure
room below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.alert.kind import Kind
from core.alert.kinds import (
    adl,
    basis,
    beta,
    contract,
    dehedge,
    digest,
    drift,
    expiry,
    funding,
    liquidation,
    margin,
    price,
    stale,
)
from core.alert.rule import Rule
from core.alert.words import ReadNumber, read_rule
from core.domain.errors import BadInput

KINDS: Mapping[str, Kind] = {
    module.kind.name: module.kind
    for module in (
        liquidation,
        margin,
        adl,
        contract,
        funding,
        drift,
        expiry,
        dehedge,
        price,
        basis,
        beta,
        stale,
        digest,
    )
}
"""Every kind by its name, the gravest first."""


@dataclass(eq=False)
class NoSuchKind(BadInput):
    """The words begin with no kind of alert."""

    says = "Say what to watch: {kinds}."
    kinds: str
    """The names of all kinds, with commas."""


def rule_said(words: Sequence[str], number: ReadNumber) -> Rule:
    """The rule that the words say: a kind, then what it is to be.

    number: reads one without its sign. Raises BadInput, which says what is wrong.
    """
    kind = KINDS.get(words[0].lower()) if words else None
    if kind is None:
        raise NoSuchKind(", ".join(KINDS))
    return read_rule(kind, words[1:], number)
