"""The watch: alerts, the notices they make, where these are sent, and what a user has settled on about them.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)

SETTLED: dict[str, sa.types.TypeEngine] = {
    "quiet_from": sa.Integer(),
    "quiet_to": sa.Integer(),
    "timezone": sa.String(),
    "digest_at": sa.Integer(),
    "alerts_made": sa.Integer(),
    "changes": sa.Integer(),
    "touched": INSTANT,
}
"""New columns of users."""


def owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
    )


def upgrade() -> None:
    for name, kind in SETTLED.items():
        op.add_column("users", sa.Column(name, kind))
    op.create_index("ix_users_touched", "users", ["touched"])
    op.create_table(
        "alerts",
        *owner("alerts"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("snoozed_until", INSTANT),
        sa.Column("states", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_alerts"),
    )
    op.create_table(
        "notices",
        *owner("notices"),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("sent_at", INSTANT),
        sa.Column("why", sa.String()),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_notices"),
    )
    op.create_index("ix_notices_state", "notices", ["state", "urgency", "due_at", "user_id"])
    op.create_table(
        "chats",
        *owner("chats"),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", INSTANT),
        sa.Column("reason", sa.String()),
        sa.PrimaryKeyConstraint("user_id", name="pk_chats"),
    )


def downgrade() -> None:
    for table in ("chats", "notices", "alerts"):
        op.drop_table(table)
    op.drop_index("ix_users_touched", "users")
    for name in reversed(SETTLED):
        op.drop_column("users", name)
