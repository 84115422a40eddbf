"""The journal of hedges: episodes, their entries, what was held meanwhile, why, and the tickets shown.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 18).with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
    )


def numbered(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    return (
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "number", name=f"pk_{table}"),
    )


def upgrade() -> None:
    op.create_table(
        "episodes",
        *owner("episodes"),
        *numbered("episodes"),
        sa.Column("began", INSTANT, nullable=False),
        sa.Column("ended", INSTANT),
        sa.Column("report", sa.Text()),
    )
    op.create_table(
        "journal",
        *owner("journal"),
        *numbered("journal"),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("voids", sa.Integer()),
        sa.Column("at", INSTANT),
        sa.Column("venue", sa.String()),
        sa.Column("symbol", sa.String()),
        sa.Column("asset", sa.String()),
        sa.Column("multiplier", EXACT),
        sa.Column("scale", EXACT),
        sa.Column("inverse", sa.Boolean()),
        sa.Column("expiry", INSTANT),
        sa.Column("count", EXACT),
        sa.Column("price", EXACT),
        sa.Column("fee", EXACT),
        sa.Column("margin", EXACT),
        sa.Column("index", EXACT),
        sa.Column("wanted", EXACT),
        sa.Column("ticket", sa.String()),
        sa.Column("leg", sa.Integer()),
        sa.UniqueConstraint("user_id", "ticket", "leg", name="uq_journal_user_id"),
    )
    op.create_table(
        "steps",
        *owner("steps"),
        *numbered("steps"),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("quantity", EXACT, nullable=False),
        sa.Column("price", EXACT),
    )
    op.create_table(
        "sizings",
        *owner("sizings"),
        *numbered("sizings"),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "tickets",
        *owner("tickets"),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "token", name="pk_tickets"),
    )


def downgrade() -> None:
    for table in ("tickets", "sizings", "steps", "journal", "episodes"):
        op.drop_table(table)
