"""How alike the coins of a portfolio move, and how they stood by sectors."""

import numpy as np
import pytest

from core.hedge.wish import Wish
from core.measure.worst_days import worst_days
from core.outlook.anatomy import anatomy
from core.outlook.correlation import MOST_COINS, how_alike
from core.outlook.leader import best_leader
from core.outlook.sectors import by_sector
from tests.core.outlook.test_anatomy import SEEN, falling, studied
from tests.domain import NOW, holdings


def test_the_correlation_to_a_benchmark_is_numpys_with_the_weights_of_days() -> None:
    study = studied("SOL 60", "LINK 300")
    found = how_alike(study)
    sol, btc = (study.sample.returns[:, study.columns([asset])[0]] for asset in ("SOL", "BTC"))
    theirs = np.cov(sol, btc, aweights=study.sample.weights())
    assert found.companions["SOL"].correlations["BTC"] == pytest.approx(
        theirs[0, 1] / np.sqrt(theirs[0, 0] * theirs[1, 1])
    )


def test_a_coin_that_falls_harder_in_falls_has_a_higher_beta_on_the_worst_days() -> None:
    found = how_alike(studied("SOL 60", "ETH 2", seen=falling(calm=1.0, crash=2.0))).companions["SOL"]
    assert found.worst is not None
    assert found.calm is not None
    assert found.worst.beta == pytest.approx(2.0, abs=0.05)
    assert found.worst.low <= found.worst.beta <= found.worst.high
    assert found.calm < 1.8
    assert found.worst.days == 19  # of 365


def test_bad_days_are_counted_on_the_benchmark_and_over_all_coins_of_the_table() -> None:
    study = studied("SOL 60", "LINK 300", "UNI 500")
    found = how_alike(study)
    bad = worst_days(study.sample.returns[:, study.columns(["BTC"])[0]])
    own = study.sample.returns[bad][:, study.columns(found.table)]
    assert found.bad is not None
    assert (found.bad.days, found.bad.together) == (len(bad), sum(all(row < 0) for row in own))


def test_one_coin_has_no_company_and_spares_nothing() -> None:
    found = how_alike(studied("SOL 60"))
    assert found.bad is None
    assert found.spared == pytest.approx(0)


def test_a_coin_without_history_is_named_and_in_no_table() -> None:
    found = how_alike(studied("SOL 60", "TARN 100"))
    assert found.unknown == ("TARN",)
    assert "TARN" not in found.companions
    assert len(found.table) <= MOST_COINS


def test_sectors_add_up_to_the_whole() -> None:
    parts = anatomy(studied("ETH 2", "SOL 60", "LINK 300", "UNI 500", "USDT 1000", "FENN 100"))
    found = by_sector(parts)
    assert set(found) == {"ETH", "layer 1", "oracle", "DeFi", "dollars", "no sector"}
    assert sum(part.weight for part in found.values()) == pytest.approx(1)
    assert sum(part.variance_share for part in found.values()) == pytest.approx(1)
    whole = sum(part.weight * part.betas["BTC"] for part in found.values())
    assert whole == pytest.approx(parts.whole.betas["BTC"])


def test_the_leader_is_ether_unless_the_sectors_own_is_clearly_ahead() -> None:
    led = best_leader(holdings("UNI 500"), SEEN, Wish(), "UNI", NOW)
    assert set(led.hedges) == {"ETH", "UNI"}
    assert led.chosen == "UNI"  # of itself it takes everything
    assert led.unseen["UNI"] > led.unseen["ETH"]
    alone = best_leader(holdings("UNI 500"), SEEN, Wish(), "ETH", NOW)
    assert set(alone.hedges) == {"ETH"}
