"""The tables, a file for each subject. Every change here is a migration in `alembic/versions` as well."""

from core.store.tables.access import invites, people, strangers
from core.store.tables.arrivals import inbox, paces
from core.store.tables.columns import metadata
from core.store.tables.hedges import episodes, journal, sizings, steps, tallies, tickets
from core.store.tables.keys import data_keys, sealed
from core.store.tables.market import closes, collateral, figures, looks
from core.store.tables.person import drafts, handled, holdings, places, questions, shown, users
from core.store.tables.polls import polls, venue_trades
from core.store.tables.watch import alerts, chats, notices

__all__ = [
    "alerts",
    "chats",
    "closes",
    "collateral",
    "data_keys",
    "drafts",
    "episodes",
    "figures",
    "handled",
    "holdings",
    "inbox",
    "invites",
    "journal",
    "looks",
    "metadata",
    "notices",
    "paces",
    "people",
    "places",
    "polls",
    "questions",
    "sealed",
    "shown",
    "sizings",
    "steps",
    "strangers",
    "tallies",
    "tickets",
    "users",
    "venue_trades",
]
