"""Accounts that are read by themselves, and the trades that were taken from them.

Revision 0022, after 0017. Accounts that are connected already are read from their first turn on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polls",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("differs", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests", sa.String()),
        sa.Column("body", sa.Text()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_polls_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "venue", name="pk_polls"),
    )
    op.create_index("ix_polls_due_at", "polls", ["due_at"])
    op.create_table(
        "venue_trades",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_venue_trades_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "venue", "id", name="pk_venue_trades"),
    )


def downgrade() -> None:
    op.drop_table("venue_trades")
    op.drop_index("ix_polls_due_at", table_name="polls")
    op.drop_table("polls")
