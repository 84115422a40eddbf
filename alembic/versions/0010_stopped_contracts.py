"""Open hedges get the alerts that newer ones begin with: on a contract that is stopped, and on its end.

Revision 0010, after 0006. When each venue was last looked at is kept, so that after an outage it is
known from when on to ask what prices did. Funding that costs less than 5 % a year is no longer told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

NEW = (
    ("contract", "state", "above", '["0", "1", "2"]'),
    ("expiry", "left", "below", '["7", "3", "1", "0.25"]'),
)
"""Kind, figure, side and tiers of the alerts that are new."""
SMALL = {"before": '["0"]', "after": '["-0.05"]'}
"""Tiers of what a hedge pays in funding."""

TURN_ON = """
INSERT INTO alerts
  (user_id, number, kind, figure, subject, side, tiers, mode, origin, created_at, states, version)
SELECT stale.user_id, COALESCE(users.alerts_made, 0) + 1, CAST(:kind AS VARCHAR),
       CAST(:figure AS VARCHAR), '', CAST(:side AS VARCHAR), CAST(:tiers AS TEXT), 'on', 'hedge',
       stale.created_at, '{}', 0
FROM alerts AS stale JOIN users ON users.id = stale.user_id
WHERE stale.kind = 'stale' AND stale.origin = 'hedge' AND stale.subject = ''
  AND NOT EXISTS (
    SELECT 1 FROM alerts AS own
    WHERE own.user_id = stale.user_id AND own.kind = :kind AND own.subject = ''
  )
"""
COUNT = """
UPDATE users SET alerts_made = COALESCE(alerts_made, 0) + 1
WHERE EXISTS (
  SELECT 1 FROM alerts
  WHERE alerts.user_id = users.id AND alerts.kind = :kind
    AND alerts.number = COALESCE(users.alerts_made, 0) + 1
)
"""
FUNDING = """
UPDATE alerts SET tiers = :after
WHERE kind = 'funding' AND figure = 'pays' AND subject = '' AND origin = 'hedge' AND tiers = :before
"""


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("venue", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("home", "venue", name="pk_looks"),
    )
    connection = op.get_bind()
    for kind, figure, side, tiers in NEW:
        named = {"kind": kind, "figure": figure, "side": side, "tiers": tiers}
        connection.execute(sa.text(TURN_ON), named)
        connection.execute(sa.text(COUNT), {"kind": kind})
    connection.execute(sa.text(FUNDING), SMALL)


def downgrade() -> None:
    op.drop_table("looks")
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM alerts WHERE kind = 'contract'"))
    connection.execute(sa.text(FUNDING), {"before": SMALL["after"], "after": SMALL["before"]})
