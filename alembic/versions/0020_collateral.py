"""What each venue takes as margin beside cash, as last read.

Revision 0020, after 0021.
"""

import sqlalchemy as sa
from alembic import op

from core.store.types import Instant

revision = "0020"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collateral",
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("venue"),
    )


def downgrade() -> None:
    op.drop_table("collateral")
