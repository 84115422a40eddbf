"""A user's alerts: what they want to be told, whether they are told now, and how far each alert has gone."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, TypedDict, Unpack

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from core.alert import rule as rules
from core.alert.rule import Rule, States
from core.domain.errors import BadInput
from core.store.queue.notice import Notice
from core.store.queue.outbox import Outbox
from core.store.tables import alerts, users
from core.store.types import fits_column, plain
from core.store.user.own import OwnRows, Tell
from core.store.user.refusals import NoSuchAlert, TooManyAlerts

Mode = Literal["on", "silent", "off"]
"""Whether an alert is told with a sound, told without one, or not watched at all."""
Origin = Literal["user", "hedge"]
"""Who turned it on: the user, or the opening of a hedge."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert of a user."""

    number: int
    """Its number. It is not given to another alert after this one is removed."""
    rule: Rule
    """What it watches for."""
    mode: Mode
    """Whether it is told, and with a sound."""
    origin: Origin
    """Who turned it on."""
    created_at: datetime
    """When it was turned on first."""
    snoozed_until: datetime | None = None
    """Nothing is told before this moment; what still holds then is told."""
    states: States = field(default_factory=dict)
    """How far it has gone, for each exact subject."""
    version: int = 0
    """Counts the changes of alert and states, so that two who change it at once cannot undo each other."""


class AlertSettings(TypedDict, total=False):
    """What `Alerts.change` may set; the fields are those of `Alert` and its rule."""

    mode: Mode
    snoozed_until: datetime | None
    tiers: tuple[Decimal, ...]


class Alerts(OwnRows):
    """The alerts of one user at the moment `now` (aware UTC)."""

    async def list(self) -> tuple[Alert, ...]:
        """All of them, by number."""
        return await self._database.see(lambda connection: load_alerts(connection, self._user))

    async def unsure(self) -> tuple[Notice, ...]:
        """Notices that may not have arrived and that no digest has named yet."""
        return await Outbox(self._database).unknown(self._user)

    async def add(
        self, rule: Rule, *, mode: Mode = "on", origin: Origin = "user", tell: Tell[Alert] | None = None
    ) -> Alert:
        """Add an alert; where one has this very rule, give it this mode and wake it instead.

        Raises BadInput where the user has as many as they may, or a tier cannot be stored exactly.
        """

        def add(connection: Connection) -> Alert:
            alert = self._add(connection, rule, mode, origin)
            self._keep_answer(connection, tell, alert)
            return alert

        return await self._change(add)

    async def change(self, *numbers: int, **settings: Unpack[AlertSettings]) -> tuple[Alert, ...]:
        """Give these alerts the settings, all of them or none. Returns the alerts afterwards.

        New tiers, and being turned on again, let an alert start afresh. Raises BadInput where the user has no
        such alert, or a tier cannot be stored exactly.
        """

        def change(connection: Connection) -> tuple[Alert, ...]:
            return tuple(self._set(connection, each, settings) for each in self._these(connection, numbers))

        return await self._change(change)

    async def remove(self, *numbers: int, tell: Tell[tuple[Alert, ...]] | None = None) -> tuple[Alert, ...]:
        """Remove these alerts, all of them or none. Returns what they were.

        Raises BadInput where the user has no such alert.
        """

        def remove(connection: Connection) -> tuple[Alert, ...]:
            found = self._these(connection, numbers)
            own = (alerts.c.user_id == self._user, alerts.c.number.in_(numbers))
            connection.execute(delete(alerts).where(*own))
            self._keep_answer(connection, tell, found)
            return found

        return await self._change(remove)

    def _add(self, connection: Connection, rule: Rule, mode: Mode, origin: Origin) -> Alert:
        check_tiers(rule)
        known = load_alerts(connection, self._user)
        for alert in known:
            if alert.rule == rule:
                return self._set(connection, alert, {"mode": mode, "snoozed_until": None})
        if len(known) >= self._caps.alerts:
            raise TooManyAlerts(len(known))
        made = update(users).where(users.c.id == self._user)
        made = made.values(alerts_made=func.coalesce(users.c.alerts_made, 0) + 1)
        number = connection.scalars(made.returning(users.c.alerts_made)).one()
        alert = Alert(number or 1, rule, mode, origin, self._now)
        connection.execute(insert(alerts), write_alert(self._user, alert))
        return alert

    def turn_on_beside(
        self, connection: Connection, wanted: Sequence[tuple[Rule, Mode]]
    ) -> tuple[Alert, ...]:
        """Turn on what a hedge calls for. Returns the alerts that this added.

        It must be called in a transaction that holds the user's row. The user's own choice stands: where they
        have an alert of the same kind and subject, nothing is added.
        """
        added: list[Alert] = []
        for rule, mode in wanted:
            known = load_alerts(connection, self._user)
            if not _alike(known, rule) and len(known) < self._caps.alerts:
                added.append(self._add(connection, rule, mode, "hedge"))
        return tuple(added)

    def restart_beside(self, connection: Connection, wanted: Iterable[Rule]) -> tuple[Alert, ...]:
        """Forget how far alerts like these had gone with the last hedge. Returns those that are on.

        It must be called in a transaction that holds the user's row.
        """
        known = load_alerts(connection, self._user)
        same = [(rule, alert) for rule in wanted for alert in _alike(known, rule)]
        afresh = [
            self._write(connection, replace(alert, states={}, rule=_limits(alert, rule)))
            for rule, alert in same
        ]
        return tuple(alert for alert in afresh if alert.mode != "off")

    def _set(self, connection: Connection, alert: Alert, settings: AlertSettings) -> Alert:
        rule = replace(alert.rule, tiers=settings.get("tiers", alert.rule.tiers))
        check_tiers(rule)
        after = replace(
            alert,
            rule=rule,
            mode=settings.get("mode", alert.mode),
            snoozed_until=settings.get("snoozed_until", alert.snoozed_until),
        )
        if rule != alert.rule or (alert.mode == "off" and after.mode != "off"):
            after = replace(after, states={})
        return self._write(connection, after)

    def _write(self, connection: Connection, alert: Alert) -> Alert:
        after = replace(alert, version=alert.version + 1)
        own = (alerts.c.user_id == self._user, alerts.c.number == alert.number)
        connection.execute(update(alerts).where(*own).values(write_alert(self._user, after)))
        return after

    def _these(self, connection: Connection, numbers: Sequence[int]) -> tuple[Alert, ...]:
        known = {alert.number: alert for alert in load_alerts(connection, self._user)}
        for number in numbers:
            if number not in known:
                raise NoSuchAlert(number)
        return tuple(known[number] for number in dict.fromkeys(numbers))


def _limits(alert: Alert, wanted: Rule) -> Rule:
    """The rule of an alert, with the limits that a new hedge calls for where a hedge turned it on."""
    same = alert.origin == "hedge" and alert.rule.figure == wanted.figure
    return replace(alert.rule, tiers=wanted.tiers) if same else alert.rule


def _alike(known: Iterable[Alert], rule: Rule) -> list[Alert]:
    """The alerts of the same kind and subject as this rule."""
    return [each for each in known if (each.rule.kind, each.rule.subject) == (rule.kind, rule.subject)]


def load_alerts(connection: Connection, user: int) -> tuple[Alert, ...]:
    """The alerts of this user, by number."""
    query = select(alerts).where(alerts.c.user_id == user).order_by(alerts.c.number)
    return tuple(map(read_alert, connection.execute(query)))


def check_tiers(rule: Rule) -> None:
    """Raise BadInput where a tier could not be stored exactly."""
    for tier in rule.tiers:
        if not fits_column(tier):
            raise BadInput("That figure has too many digits. Nothing was changed.")


def write_alert(user: int, alert: Alert) -> dict[str, Any]:
    """The row of an alert."""
    return {
        "user_id": user,
        "number": alert.number,
        "kind": alert.rule.kind,
        "figure": alert.rule.figure,
        "subject": alert.rule.subject,
        "side": alert.rule.side,
        "tiers": json.dumps([plain(tier) for tier in alert.rule.tiers]),
        "mode": alert.mode,
        "origin": alert.origin,
        "created_at": alert.created_at,
        "snoozed_until": alert.snoozed_until,
        "states": rules.write_states(alert.states),
        "version": alert.version,
    }


def read_alert(row: Row[Any]) -> Alert:
    """The alert in this row."""
    tiers = tuple(Decimal(tier) for tier in json.loads(row.tiers))
    return Alert(
        row.number,
        Rule(row.kind, row.figure, row.subject, row.side, tiers),
        row.mode,
        row.origin,
        row.created_at,
        row.snoozed_until,
        rules.read_states(row.states),
        row.version,
    )
