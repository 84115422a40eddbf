"""How often ranges held that were stated beforehand, of the hedges that have ended."""

from sqlalchemy import Connection, func, select

from core.domain.range import Score
from core.store.tables import episodes


def read_score(connection: Connection, user: int | None) -> Score:
    """The score of one user's hedges; without a user, of everybody's together, without saying whose."""
    judged = episodes.c.stated > 0
    own = judged if user is None else judged & (episodes.c.user_id == user)
    sums = select(func.sum(episodes.c.stated), func.sum(episodes.c.held), func.count()).where(own)
    stated, held, hedges = connection.execute(sums).one()
    return Score(int(stated or 0), int(held or 0), hedges)
