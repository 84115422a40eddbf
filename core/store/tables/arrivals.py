"""Updates accepted from Telegram, by the bot they were sent to."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from core.store.tables.columns import metadata
from core.store.types import Instant

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

paces = Table(
    "paces",
    metadata,
    Column("chat", BigInteger, primary_key=True, autoincrement=False, doc="the chat; 0 for all of them"),
    Column("free_at", Float(53), nullable=False, doc="seconds since 1970, by the database's clock"),
)
"""When the next message may go out, where several processes send."""
