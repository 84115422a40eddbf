"""What the journal of each hedge comes to, so that recording a fill need not replay it.

Revision 0008, after 0004. A hedge without a tally gets one with its next entry.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {"journal": ["user_id", "episode", "number"], "sizings": ["user_id", "episode", "at"]}
"""What is read of one hedge, among those of a user with many."""


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("through", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tallies_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "number", name="pk_tallies"),
    )
    for table, columns in INDEXES.items():
        op.create_index(f"ix_{table}_{columns[0]}", table, columns)


def downgrade() -> None:
    for table, columns in INDEXES.items():
        op.drop_index(f"ix_{table}_{columns[0]}", table)
    op.drop_table("tallies")
