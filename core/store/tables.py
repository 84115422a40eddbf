"""The tables. Every change here is a migration in `alembic/versions` as well."""

from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from core.store.types import Exact, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _owner() -> Column[int]:
    """Whose row it is: part of the primary key, gone when the user is."""
    return Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


users = Table(
    "users",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram user's id"),
    Column("created_at", Instant, nullable=False),
    Column("venue", String),
    Column("leverage", Exact),
    Column("coverage", Exact, nullable=False, default=Decimal(1)),
    Column("fee", Exact),
    Column("horizon_days", Integer, nullable=False, default=14),
    Column("quiet_from", Integer, doc="minutes after midnight, where the user is"),
    Column("quiet_to", Integer, doc="minutes after midnight, where the user is"),
    Column("timezone", String, doc="a name such as Europe/Berlin; null is UTC"),
    Column("digest_at", Integer, doc="minutes after midnight, where the user is; null for no digest"),
    Column("alerts_made", Integer, doc="numbers given to alerts so far: none is given twice"),
    Column("changes", Integer, doc="counts the transactions that have changed a row of theirs"),
    Column("touched", Instant, index=True, doc="by the database's clock: when a row of theirs last changed"),
)

holdings = Table(
    "holdings",
    metadata,
    _owner(),
    Column("asset", String, primary_key=True),
    Column("quantity", Exact, nullable=False),
    Column("updated_at", Instant, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    _owner(),
    Column("token", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

shown = Table(
    "shown",
    metadata,
    _owner(),
    Column("line", String, nullable=False, doc="the command that shows these orders again"),
    Column("counts", Text, nullable=False, doc="JSON: contracts of each leg of a hedge"),
    Column("shown_at", Instant, nullable=False),
)
"""The orders that a user saw last."""

questions = Table(
    "questions",
    metadata,
    _owner(),
    Column("line", String, nullable=False, doc="the command that the answer is put behind"),
    Column("bare", String, doc="the same for an answer of a number alone"),
    Column("message", BigInteger, doc="the Telegram message that asked it"),
    Column("asked_at", Instant, nullable=False),
)
"""The question of ours that a user has not answered yet."""

handled = Table(
    "handled",
    metadata,
    _owner(),
    Column("request", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram update's id"),
    Column("at", Instant, nullable=False),
)


def _number() -> Column[int]:
    """Counts a user's rows from 1 on."""
    return Column("number", Integer, primary_key=True, autoincrement=False)


episodes = Table(
    "episodes",
    metadata,
    _owner(),
    _number(),
    Column("began", Instant, nullable=False),
    Column("ended", Instant, doc="null while a position is open"),
    Column("report", Text, doc="JSON, of an ended one"),
)

journal = Table(
    "journal",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("change", Integer, nullable=False, doc="the first entry recorded together with this one"),
    Column("kind", String, nullable=False, doc="fill, margin, fate or void"),
    Column("source", String, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("voids", Integer, doc="of a void: the entry that is taken back"),
    Column("at", Instant),
    Column("venue", String),
    Column("symbol", String),
    Column("asset", String),
    Column("multiplier", Exact),
    Column("scale", Exact),
    Column("inverse", Boolean),
    Column("expiry", Instant),
    Column("count", Exact),
    Column("price", Exact),
    Column("fee", Exact),
    Column("margin", Exact),
    Column("index", Exact),
    Column("wanted", Exact),
    Column("ticket", String, doc="the token of the ticket that was followed"),
    Column("leg", Integer, doc="the order of the ticket that was filled as shown"),
    Column("settle", String, doc="null in fills older than this column: as listed"),
    Column("fate", String, doc="liquidated, doubtful or open"),
    Column("reason", String, doc="how a fate is known, or why the venue closed what a fill closes"),
    UniqueConstraint("user_id", "ticket", "leg"),
    Index(None, "user_id", "episode", "number"),
)
"""Append-only. A ticket's order is filled as shown once, whoever presses how often."""

tallies = Table(
    "tallies",
    metadata,
    _owner(),
    _number(),
    Column("through", Integer, nullable=False, doc="the number of the last entry that is in it"),
    Column("made_by", String, nullable=False, doc="the rules and fields of the program that made it"),
    Column("body", Text, nullable=False, doc="JSON"),
)
"""What the journal of an episode comes to, by its number. It can be made anew from it at any time."""

steps = Table(
    "steps",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("asset", String, nullable=False),
    Column("quantity", Exact, nullable=False),
    Column("price", Exact),
)

sizings = Table(
    "sizings",
    metadata,
    _owner(),
    _number(),
    Column("episode", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("body", Text, nullable=False, doc="JSON"),
    Index(None, "user_id", "episode", "at"),
)

tickets = Table(
    "tickets",
    metadata,
    _owner(),
    Column("token", String, primary_key=True),
    Column("number", Integer, nullable=False, doc="the newest has the largest"),
    Column("body", Text, nullable=False, doc="JSON"),
    Column("created_at", Instant, nullable=False),
)

data_keys = Table(
    "data_keys",
    metadata,
    _owner(),
    Column("version", Integer, nullable=False, doc="of the server key that wraps it"),
    Column("wrapped", LargeBinary, nullable=False),
)
"""What a user's secrets are sealed with, itself sealed."""

sealed = Table(
    "sealed",
    metadata,
    _owner(),
    Column("venue", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("stored_at", Instant, nullable=False),
)
"""The parts of users' read-only keys; each opens in its own place only."""

alerts = Table(
    "alerts",
    metadata,
    _owner(),
    _number(),
    Column("kind", String, nullable=False),
    Column("figure", String, nullable=False, doc="which of the kind's figures the tiers are of"),
    Column("subject", String, nullable=False, doc="empty for each one that the kind finds"),
    Column("side", String, nullable=False, doc="above, below or across"),
    Column("tiers", Text, nullable=False, doc="JSON: decimals as text, mildest first"),
    Column("mode", String, nullable=False, doc="on, silent or off"),
    Column("origin", String, nullable=False, doc="user or hedge"),
    Column("created_at", Instant, nullable=False),
    Column("snoozed_until", Instant),
    Column("states", Text, nullable=False, default="{}", doc="JSON: by exact subject how far it has gone"),
    Column("version", Integer, nullable=False, default=0, doc="counts every change of the row"),
)

notices = Table(
    "notices",
    metadata,
    _owner(),
    Column("key", String, primary_key=True, doc="what it is about, without live figures: made once"),
    Column("alert", Integer, doc="the number of the alert that it came from"),
    Column("kind", String, nullable=False),
    Column("urgency", Integer, nullable=False, doc="0 liquidation and margin, 1 others, 2 digest"),
    Column("silent", Boolean, nullable=False),
    Column("body", Text, nullable=False, doc="JSON"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String, nullable=False, doc="waiting, sending, sent, unknown or dropped"),
    Column("lease_until", Instant, doc="while it is being sent: until when nobody else sends it"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("message_id", BigInteger),
    Column("sent_at", Instant),
    Column("why", String, doc="why it was dropped"),
    Index(None, "state", "urgency", "due_at", "user_id"),
)

chats = Table(
    "chats",
    metadata,
    _owner(),
    Column("chat_id", BigInteger, nullable=False, doc="where notices go; without a row the user's own chat"),
    Column("paused_at", Instant, doc="since when nothing is sent there"),
    Column("reason", String),
)

inbox = Table(
    "inbox",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False, doc="the id of the bot it was sent to"),
    Column(
        "user_id", BigInteger, primary_key=True, autoincrement=False, doc="the sender; 0 for nobody known"
    ),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False, doc="Telegram's number of it"),
    Column("received_at", Instant, nullable=False),
    Column("state", String, nullable=False, doc="waiting, done, poison or aside"),
    Column("body", Text, nullable=False, doc="JSON, never with a secret; emptied once it is done"),
    Column(
        "secret", LargeBinary, doc="sealed: its text, where that holds a secret, or all that cannot be read"
    ),
    Column("worker", String, doc="the process that is at it"),
    Column("lease_until", Instant, doc="until when nobody else takes it, or it is not tried again"),
    Column("claims", Integer, nullable=False, default=0, doc="how often it was begun and not ended"),
    Column("attempts", Integer, nullable=False, default=0, doc="how often its handling failed"),
    Column("answer", Text, doc="JSON: the answer, written together with the change that it tells of"),
    Column("told", Integer, nullable=False, default=0, doc="messages of that answer that have arrived"),
    Column("why", String, doc="why it is poison or was set aside"),
    Index(None, "bot", "state", "user_id", "update_id"),
)
"""Updates accepted from Telegram. The sender need not be known: there is no foreign key."""
people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, doc="the Telegram user's id"),
    Column("role", String, nullable=False, doc="owner, member or removed"),
    Column("since", Instant, nullable=False, doc="when they came in or were removed"),
    Column("label", String, doc="what the owner calls them"),
    Column("announced", Boolean, nullable=False, default=True, doc="false: the owner is to be told"),
)
"""Who may write to the bot. It is the owner's list: who forgets their book stays on it."""

invites = Table(
    "invites",
    metadata,
    Column("code", LargeBinary, primary_key=True, doc="its hash"),
    Column("owner", Boolean, nullable=False, doc="whether it makes the owner"),
    Column("label", String),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
"""Codes that let one person in and are not used yet."""

strangers = Table(
    "strangers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_at", Instant, nullable=False, doc="when they were told that the bot is private"),
)

looks = Table(
    "looks",
    metadata,
    Column("home", String, primary_key=True),
    Column("venue", String, primary_key=True),
    Column("at", Instant, nullable=False),
)

closes = Table(
    "closes",
    metadata,
    Column("venue", String, primary_key=True),
    Column("asset", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("price", Float(53), nullable=False),
)
