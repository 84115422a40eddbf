"""Reading the alerts of users as arrays."""

from datetime import datetime

import numpy as np

from core.alert.rule import States, read_states
from core.store.tables import alerts
from core.sweep.crowd import ToldColumns
from core.sweep.index import Index, small
from core.sweep.slice import WORD, Slice, instant


def read_told(known: Slice) -> ToldColumns:
    """The alerts that are not off."""
    its = alerts.c
    row = (its.kind, its.figure, its.subject, its.side, its.tiers, its.snoozed_until, its.states)
    found = known.columns(its.user_id, row, where=its.mode != "off")
    # Most are alike: the same rule, neither snoozed nor in any state.
    index: Index[str] = Index()
    which = found.numbered(0, index.__getitem__)
    rule = np.zeros(len(index), dtype=np.int64)
    snoozed: dict[int, datetime] = {}
    states: dict[int, States] = {}
    for number, words in enumerate(index.names):
        kind, figure, subject, side, tiers, until, kept = words.split(WORD)
        rule[number] = known.directory.rules[kind, figure, subject, side, tiers]
        if until:
            snoozed[number] = instant(until)
        if kept != "{}":
            states[number] = read_states(kept)
    own = which.tolist() if snoozed or states else ()
    return ToldColumns(
        small(found.user),
        small(rule[which]),
        {place: snoozed[number] for place, number in enumerate(own) if number in snoozed},
        {place: states[number] for place, number in enumerate(own) if number in states},
    )
