"""The digest: one quiet summary a day. Each day is a subject of its own, due for some hours."""

from datetime import datetime, timedelta
from decimal import Decimal

from core.alert.facts import Facts
from core.alert.kind import QUIET, Figure, Kind
from core.alert.legs import paid_a_day, paying, perpetuals, shorted, without
from core.alert.rule import Rule
from core.alert.situation import Reading, Situation, reading
from core.domain.coins.asset import STABLECOINS

LATEST = Decimal(12 * 60)
"""Minutes after its time from which on a digest is not worth sending any more."""
_MINUTE = timedelta(minutes=1)


def day_of(due: datetime) -> str:
    """The subject of the digest that is due then: the day where the user is, which has only one."""
    return f"{due:%Y-%m-%d}"


def _subjects(situation: Situation, _: Rule) -> tuple[str, ...]:
    """The day of the last one that was due."""
    return () if situation.digest_due is None else (day_of(situation.digest_due),)


def _measure(situation: Situation, _: Rule) -> Reading | None:
    """Minutes since it was due. What is not known now is null: it comes whether or not prices do."""
    if situation.digest_due is None:
        return None
    stands, exposure = situation.standing, situation.exposure
    missing = without(situation)
    whole = stands if stands and not missing else None
    ends = [(leg.held.terms.expiry, leg.asset) for leg in situation.legs if leg.held.terms.expiry]
    expiry, expiring = min(ends, default=(None, None))
    return reading(
        Decimal((situation.now - situation.digest_due) // _MINUTE),
        Facts(
            subject="",
            worth=exposure.value if exposure else None,
            without=missing,
            unpriced=_unpriced(situation),
            reached=situation.snapshot is not None,
            open=len(situation.legs),
            began=stands.began if stands else None,
            net=whole.net if whole else None,
            coins=whole.spot if whole else None,
            hedge=whole.hedge if whole else None,
            short=shorted(situation) if situation.legs else None,
            coverage=stands.coverage if stands else None,
            target=stands.target if stands else None,
            day=_day(situation),
            expiry=expiry,
            expiry_subject=expiring,
            simulated=situation.simulated,
        ),
    )


def _day(situation: Situation) -> Decimal | None:
    """What the perpetuals of which that is known are paid a day; None where it is of none of them."""
    every = perpetuals(situation.legs)
    known = paying(situation, every)
    return paid_a_day(situation, known) if situation.legs and (known or not every) else None


def _unpriced(situation: Situation) -> tuple[str, ...]:
    """Coins held whose price is not known now."""
    moving = (held.asset for held in situation.holdings if held.asset not in STABLECOINS)
    return tuple(asset for asset in dict.fromkeys(moving) if situation.spot(asset) is None)


kind = Kind(
    "digest",
    "Daily summary",
    "one quiet message a day: how your coins and your hedge stand",
    figures={"due": Figure("minutes", "below", LATEST, LATEST, usual=(LATEST,))},
    forms={"digest": "a summary a day, at the time that you chose for it"},
    subjects=_subjects,
    measure=_measure,
    theme="digest",
    urgency=QUIET,
    daily=True,
    silent=True,
    cooldown=timedelta(0),
)
