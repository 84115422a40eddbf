"""What several processes of one bot share: figures of venues, and the pace of messages.

Revision 0026, after 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "figures",
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("at", INSTANT),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("asked_at", INSTANT),
        sa.PrimaryKeyConstraint("venue", name="pk_figures"),
    )
    op.create_table(
        "paces",
        sa.Column("chat", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("free_at", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_paces"),
    )


def downgrade() -> None:
    op.drop_table("paces")
    op.drop_table("figures")
