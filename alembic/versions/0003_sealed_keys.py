"""Sealed keys: users' read-only keys to their venues, and the data keys that they are sealed with.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def owner(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id", ondelete="CASCADE"),
    )


def upgrade() -> None:
    op.create_table(
        "data_keys",
        *owner("data_keys"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_data_keys"),
    )
    op.create_table(
        "sealed",
        *owner("sealed"),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "venue", "field", name="pk_sealed"),
    )


def downgrade() -> None:
    for table in ("sealed", "data_keys"):
        op.drop_table(table)
