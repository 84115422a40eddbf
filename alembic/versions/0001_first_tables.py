"""First tables: users, their holdings, drafts and handled requests, and daily closes.

Revision 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 18).with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("venue", sa.String()),
        sa.Column("leverage", EXACT),
        sa.Column("coverage", EXACT, nullable=False),
        sa.Column("fee", EXACT),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_table(
        "holdings",
        *owner("holdings"),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "asset", name="pk_holdings"),
    )
    op.create_table(
        "drafts",
        *owner("drafts"),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_drafts"),
    )
    op.create_table(
        "handled",
        *owner("handled"),
        sa.Column("request", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "request", name="pk_handled"),
    )
    op.create_table(
        "closes",
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("price", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("venue", "asset", "day", name="pk_closes"),
    )


def downgrade() -> None:
    for table in ("closes", "handled", "drafts", "holdings", "users"):
        op.drop_table(table)
