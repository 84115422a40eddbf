"""Who may write to the bot, the codes that let people in, and the strangers who were told that they may not.

Revision 0006, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_table(
        "invites",
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.Boolean(), nullable=False),
        sa.Column("label", sa.String()),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_invites"),
    )
    op.create_table(
        "strangers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_strangers"),
    )


def downgrade() -> None:
    for table in ("strangers", "invites", "people"):
        op.drop_table(table)
