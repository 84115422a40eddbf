"""The inbox: updates accepted from Telegram and not yet answered.

Revision 0005, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("bot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary()),
        sa.Column("worker", sa.String()),
        sa.Column("lease_until", INSTANT),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("why", sa.String()),
        sa.PrimaryKeyConstraint("bot", "user_id", "update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_bot", "inbox", ["bot", "state", "user_id", "update_id"])


def downgrade() -> None:
    op.drop_index("ix_inbox_bot", "inbox")
    op.drop_table("inbox")
