"""Where coins lie.

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


def downgrade() -> None:
    op.drop_table("places")
