"""The sweep as one would write it first: user by user through the ORM, everything measured exactly."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import URL, create_engine, make_url, select
from sqlalchemy.orm import Session, registry

from core.alert.situation import Situation
from core.domain.holding import Holding
from core.domain.quiet import Hours
from core.domain.snapshot import Snapshot
from core.store.tables import alerts, holdings, users
from core.store.user.alerts import read_alert
from core.store.user.episode_changes import open_episode
from core.store.user.episodes import load_episode
from core.sweep.exact import WatchedUser
from core.sweep.notices import crossings


class User:
    """A row of users."""

    id: int
    venue: str | None
    quiet_from: int | None
    quiet_to: int | None
    timezone: str | None
    digest_at: int | None


class Held:
    """A row of holdings."""

    asset: str
    quantity: Any


class Alerted:
    """A row of alerts."""


mapped = registry()
for one, table in ((User, users), (Held, holdings), (Alerted, alerts)):
    mapped.map_imperatively(one, table)


def look(url: str, wanted: Iterable[int], snapshot: Snapshot, situation: Situation) -> int:
    """How many alerts of these users are in another state, in the market of this situation."""
    engine = create_engine(_in_one_thread(make_url(url)))
    found = 0
    with Session(engine) as session:
        for number in wanted:
            person = _person(session, number)
            own = Situation(
                situation.now, situation.venue, {snapshot.venue: snapshot}, person.holdings, person.episode
            )
            found += len(crossings(person, own))
            session.expunge_all()
    engine.dispose()
    return found


def _person(session: Session, number: int) -> WatchedUser:
    user = session.get_one(User, number)
    held = session.scalars(select(Held).where(holdings.c.user_id == number)).all()
    rows: Any = session.scalars(select(Alerted).where(alerts.c.user_id == number)).all()
    connection = session.connection()
    return WatchedUser(
        user=number,
        venue=user.venue,
        holdings=tuple(Holding(each.asset, each.quantity) for each in held),
        episode=load_episode(connection, number, open_episode(connection, number)),
        alerts=tuple(map(read_alert, rows)),
        quiet=Hours(user.quiet_from, user.quiet_to, user.timezone),
        digest_at=user.digest_at,
        unknown=(),
    )


def _in_one_thread(url: URL) -> URL:
    return url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
