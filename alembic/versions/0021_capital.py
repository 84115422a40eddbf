"""What may back the shorts: the account's usual mode, the cash there is, whether that was asked, and how each
recorded position is backed.

Revision 0021, after 0022. Positions recorded before have a margin each, and nobody was asked.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0022"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(38, 18).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("users", sa.Column("mode", sa.String()))
    op.add_column("users", sa.Column("cash", EXACT))
    op.add_column("users", sa.Column("capital_asked", sa.Boolean()))
    op.add_column("journal", sa.Column("mode", sa.String()))


def downgrade() -> None:
    op.drop_column("journal", "mode")
    for name in ("capital_asked", "cash", "mode"):
        op.drop_column("users", name)
