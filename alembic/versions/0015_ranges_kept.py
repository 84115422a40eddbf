"""How many stated ranges were judged of each hedge that has ended, and how many of them held.

Revision 0015, after 0010. Reports stored before have none: no ranges were stated then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = ("stated", "held")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("episodes", sa.Column(name, sa.Integer()))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("episodes", name)
