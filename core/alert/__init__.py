"""Alerts: rules, when they fire, and every kind there is."""

from collections.abc import Mapping, Sequence

from core.alert.kind import Kind
from core.alert.kinds import (
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
from core.alert.words import ReadNumber, read_rule, spell_rule
from core.domain.errors import BadInput

KINDS: Mapping[str, Kind] = {
    module.kind.name: module.kind
    for module in (
        liquidation,
        margin,
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


def rule_said(words: Sequence[str], number: ReadNumber) -> Rule:
    """The rule that the words after /alert say: a kind, then what it is to be.

    number: reads one without its sign. Raises BadInput with one sentence: what is wrong, what to type.
    """
    kind = KINDS.get(words[0].lower()) if words else None
    if kind is None:
        raise BadInput(f"Say what to watch: {', '.join(KINDS)}. Type for example /alert liquidation 20%.")
    return read_rule(kind, words[1:], number)


def rule_spelled(rule: Rule) -> str:
    """The words after /alert that say this rule again."""
    return f"{rule.kind} {spell_rule(KINDS[rule.kind], rule)}".strip()
