"""What an exact measurement tells the arrays, so that the user need not be asked for again each time."""

import numpy as np

from core.alert import KINDS
from core.alert.kind import Kind
from core.alert.kinds import dehedge
from core.alert.situation import Situation
from core.domain.quiet import following, zone
from core.sweep.board import SweepBoard
from core.sweep.check import Checked
from core.sweep.drift import Own
from core.sweep.people import WatchedUser
from core.sweep.subjects import Group


def learn(checked: Checked, user: int, person: WatchedUser, situation: Situation, board: SweepBoard) -> None:
    """Take over what was measured of the user at this place in the crowd."""
    crowd = checked.crowd
    if (rows := checked.checks.rows.get(Group.DUE)) is not None:
        for row in np.flatnonzero(rows.user == user).tolist():  # all of them wait, in order
            rule = board.directory.rule(int(crowd.told.rule[rows.alert[row]]))
            if rule is not None:
                rows.wake[row] = _next(KINDS[rule.kind], person, situation)
    if situation.episode is None:
        return
    if np.isnan(crowd.began[user]):
        _learn_beginning(checked, user, situation, board)
    if crowd.wanted.sized[user]:
        if np.isnan(crowd.wanted.factor[user]):
            _learn_factor(checked, user, situation)
        if board.covariance is not None and user in checked.puzzling:
            _learn_covariance(checked, user, situation, board)


def _next(kind: Kind, person: WatchedUser, situation: Situation) -> float:
    """When it is worth measuring again, in seconds."""
    if kind.daily:
        if person.digest_at is None:
            return np.inf
        return following(situation.now, person.digest_at, zone(person.quiet.zone)).timestamp()
    return (situation.now + kind.every).timestamp() if kind.every else 0.0


def _learn_beginning(checked: Checked, user: int, situation: Situation, board: SweepBoard) -> None:
    """What the benchmark cost when the hedge began."""
    for alert in np.flatnonzero(checked.crowd.told.user == user).tolist():
        rule = board.directory.rule(int(checked.crowd.told.rule[alert]))
        if rule is not None and dehedge.FALL in KINDS[rule.kind].figures[rule.figure].checks:
            reading = KINDS[rule.kind].measure(situation, rule)
            if reading is not None:
                coin, price = str(reading.facts["subject"]), float(str(reading.facts["price"]))
                checked.crowd.benchmark[user] = board.directory.assets[coin]
                checked.crowd.began[user] = price / (1 - float(reading.value))
            return


def _learn_factor(checked: Checked, user: int, situation: Situation) -> None:
    """USD covered per USD that the covered coins are worth."""
    sized, stands, exposure = situation.sizing, situation.standing, situation.exposure
    if sized is None or len(sized.only) > 1 or stands is None or not stands.wanted or exposure is None:
        return
    worth = sum(float(held.value) for held in exposure.moving if not sized.only or held.asset in sized.only)
    betas = sum(sized.betas.values())
    if worth > 0 and betas > 0 and situation.episode and situation.episode.sizings[-1] == sized:
        checked.crowd.wanted.factor[user] = float(stands.wanted) / (betas * worth)
        checked.learned.add(user)


def _learn_covariance(checked: Checked, user: int, situation: Situation, board: SweepBoard) -> None:
    """How the user's own coins move."""
    sized = situation.sizing
    if sized is None or board.covariance is None:
        return
    coins = dict.fromkeys([*sized.betas, *(leg.asset for leg in situation.legs)])
    measured = situation.measured([*coins], sized.only)
    if measured is not None:
        index = board.directory.assets
        assets = np.array([index[asset] for asset in measured.sample.assets], dtype=np.int64)
        checked.own[user] = Own(board.version, assets, measured.covariance)
