"""What became of positions, and what the contracts of fills were settled in.

Revision 0007, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("settle", "fate", "reason")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("journal", sa.Column(name, sa.String()))


def downgrade() -> None:
    # What was noted of positions says nothing to a program that does not know these columns.
    op.execute("DELETE FROM journal WHERE kind = 'fate'")
    for name in reversed(COLUMNS):
        op.drop_column("journal", name)
