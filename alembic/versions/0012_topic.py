"""What the conversation is about: the orders that were shown last, and the question that waits for an answer.

Revision 0012, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0005"
branch_labels = None
depends_on = None


def own(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint, sa.PrimaryKeyConstraint]:
    return (
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=f"pk_{table}"),
    )


def upgrade() -> None:
    op.create_table(
        "shown",
        *own("shown"),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "questions",
        *own("questions"),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("bare", sa.String()),
        sa.Column("message", sa.BigInteger()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("questions")
    op.drop_table("shown")
