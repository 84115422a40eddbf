"""/beta."""

from core.measure.estimator import ESTIMATORS
from tests.conversation import Talk


async def test_the_beta_is_told_in_all_its_ways_with_error_and_days(talk: Talk) -> None:
    await talk.say("/add sample")
    answer = await talk.say("/beta")
    assert answer.lines[0].startswith("Your beta to BTC: 1.")
    for name in ESTIMATORS:
        assert any(line.startswith(name) for line in answer.lines)
    assert {"To ETH", "To SOL", "Hedge with BTC"} <= set(answer.buttons)


async def test_another_coin_may_be_named_and_one_at_a_time(talk: Talk) -> None:
    await talk.say("/add sample")
    assert "Your beta to SOL" in await talk.say("/beta sol")
    assert "Name one coin" in await talk.say("/beta SOL ETH")
    assert "too little price history" in await talk.say("/beta TARN")


async def test_without_coins_that_move_there_is_no_beta(talk: Talk) -> None:
    assert "no holdings yet" in await talk.say("/beta")
    await talk.say("/add USDT 100")
    assert "there is no beta" in await talk.say("/beta")
