"""Where coins lie, and what a user has to back shorts with.

Revision 0017, after 0015. Whoever has coins already has them elsewhere: there is no row for them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 18).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("quantity", EXACT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_places_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "asset", "place", name="pk_places"),
    )
    op.add_column("users", sa.Column("mode", sa.String()))
    op.add_column("users", sa.Column("cash", EXACT))
    op.add_column("users", sa.Column("capital_asked", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for name in ("capital_asked", "cash", "mode"):
        op.drop_column("users", name)
    op.drop_table("places")
