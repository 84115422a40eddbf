"""Worked examples of collateral, debts, accounts and ADL by others, read from beside the checkout.

CASES is how each is asked of the engine; every example in the file must stand there by its name.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.domain.capital.collateral import flat
from core.margin import bankruptcy_linear, liquidation_linear, pnl_linear
from core.margin.adl import Profiting, adl_score, fund_low, made, pool_drawdown
from core.margin.pooled.debt import borrowed, charged, coins_sold, debt_margin, yearly_rate_of_use
from core.margin.pooled.path import first_crossing
from core.margin.pooled.pool import PoolFigures
from core.margin.pooled.portfolio import aggregate, available, coins_bound, kept_ratio, loan_ratio
from core.margin.pooled.terms import terms_of
from tests.core.margin.pooled.accounts import BARE, NOTHING_KEPT, collateral, haircut, pool, short

FILE = Path(__file__).resolve().parents[4].parent / "shared" / "capital_cases.json"
Inputs = Mapping[str, Any]
NOTHING, ONE = Decimal(0), Decimal(1)
_ONE_COIN = np.array([1.0])


def d(value: object) -> Decimal:
    return Decimal(str(value))


def tiers(rows: Any) -> list[tuple[str, str]]:
    return [(str(floor), str(ratio)) for floor, _, ratio in rows]


def tiered_coins(inputs: Inputs) -> Decimal:
    rows = tiers(inputs["tiers"])
    return haircut("BTC", *rows).counts(d(inputs["quantity"]), d(inputs["price"]))


def several_coins(inputs: Inputs) -> Decimal:
    held = inputs["holdings"]
    takes = collateral(*(flat(each["coin"], d(each["rate"])) for each in held))
    account = pool(
        coins={each["coin"]: each["quantity"] for each in held},
        prices={each["coin"]: each["price"] for each in held},
        takes=takes,
    )
    return account.figures().equity


def owed_in_full(inputs: Inputs) -> Decimal:
    account = pool(cash=inputs["balance"], prices={}, takes=collateral(USDT=str(inputs["rate"])))
    return account.figures().equity


def index_buffers(inputs: Inputs) -> dict[str, Decimal]:
    index = d(inputs["index"])

    def bid(name: str) -> Decimal:
        return flat("ADA", 1 - d(inputs[name])).counts(ONE, index)

    def ask(name: str) -> Decimal:
        terms = replace(BARE, debt_weight=1 + d(inputs[name]))
        return -pool(cash=str(-index), prices={}, takes=collateral(), terms=terms).figures().equity

    rates = {"bid": bid("bid_buffer"), "ask": ask("ask_buffer")}
    if "auto_bid_buffer" in inputs:
        rates |= {"auto_bid": bid("auto_bid_buffer"), "auto_ask": ask("auto_ask_buffer")}
    return rates


def of_worth(inputs: Inputs) -> Decimal:
    return flat("BNB", d(inputs["ratio"])).counts(d(inputs["value"]), ONE)


def kraken_value(inputs: Inputs) -> Decimal:
    return flat("BTC", 1 - d(inputs["haircut"])).counts(ONE, d(inputs["value_usd"]))


def bitget_equity(inputs: Inputs) -> dict[str, Decimal]:
    coins = inputs["coins"]
    takes = collateral(**{each["coin"]: "1" for each in coins if each["counts"]})
    account = pool(
        coins={each["coin"]: each["usd"] for each in coins},
        prices={each["coin"]: "1" for each in coins},
        takes=takes,
    )
    whole = collateral(**{each["coin"]: "1" for each in coins})
    return {
        "account_equity": replace(account, collateral=whole).figures().equity,
        "effective_equity": account.figures().equity,
    }


def bitget_ratio(inputs: Inputs) -> Decimal | None:
    return terms_of("bitget").gauge.shown(NOTHING, d(inputs["effective_equity"]), d(inputs["mmr_usd"]))


def unrealised_debt(inputs: Inputs) -> Decimal:
    return borrowed(*(d(inputs.get(name, 0)) for name in ("wallet", "unrealised", "fees", "frozen")))


def margin_of_debts(inputs: Inputs) -> Decimal:
    return sum(
        (
            debt_margin(haircut("USDT", *tiers(each["tiers"])).slices, d(each["usd"]))
            for each in inputs["liabilities"]
        ),
        NOTHING,
    )


def under_portfolio_margin(inputs: Inputs) -> PoolFigures:
    """Portfolio margin goes by equity before ratios."""
    dollars = d(inputs["equity"])
    return PoolFigures(dollars, NOTHING, d(inputs.get("mm", 0)), d(inputs["im"]), NOTHING, None)


def bybit_rates(inputs: Inputs) -> dict[str, Decimal]:
    gauge, seen = terms_of("bybit").gauge, under_portfolio_margin(inputs)
    asked = {"im_rate": seen.initial, "mm_rate": seen.maintenance}
    return {
        name: (gauge.shown(seen.dollars, NOTHING, requirement) or NOTHING).quantize(d("0.0001"), ROUND_DOWN)
        for name, requirement in asked.items()
    }


def gate_rates(inputs: Inputs) -> dict[str, Decimal | None]:
    gauge, balance = terms_of("gate").gauge, d(inputs["margin_balance"])
    assert gauge.greater_is_safer
    return {f"{name}_rate": gauge.shown(balance, NOTHING, d(inputs[name])) for name in ("im", "mm")}


def legs_gain(inputs: Inputs) -> list[Decimal]:
    sides = {"short": -1, "long": 1}
    return [
        pnl_linear(sides[leg["side"]], d(leg["qty"]), d(leg["entry"]), d(leg["mark"]))
        for leg in inputs["legs"]
    ]


def hyperliquid_net(inputs: Inputs) -> Decimal:
    return d(inputs["raw_quote"]) + d(inputs["signed_position_value"]) - d(inputs["borrowed"])


def hyperliquid_counted(inputs: Inputs) -> Decimal:
    return flat("HYPE", kept_ratio(d(inputs["ltv"]))).counts(d(inputs["quantity"]), d(inputs["oracle"]))


def hyperliquid_asked(inputs: Inputs) -> Decimal:
    """What isolated positions, cross ones and orders hold of the account."""
    orders = d(inputs["order_im"]) * (1 + d(inputs["order_buffer"]))
    return d(inputs["isolated_equity"]) + d(inputs["cross_im"]) + orders


def hyperliquid_kept(inputs: Inputs) -> Decimal:
    own = d(inputs["equity"]) - d(inputs["isolated_equity"])
    return own + hyperliquid_counted(inputs) - d(inputs["cross_mm"])


def hyperliquid_ratio(inputs: Inputs) -> Decimal | None:
    own = d(inputs["equity"]) - d(inputs["isolated_equity"])
    shown = terms_of("hyperliquid").gauge.shown(own, hyperliquid_counted(inputs), d(inputs["cross_mm"]))
    assert shown == loan_ratio(own, hyperliquid_counted(inputs), d(inputs["cross_mm"]))
    return shown


def hyperliquid_bound(inputs: Inputs) -> dict[str, Decimal]:
    quantity = d(inputs["quantity"])
    held = coins_bound(hyperliquid_asked(inputs), d(inputs["equity"]), d(inputs["oracle"]), d(inputs["ltv"]))
    return {"held": held, "free": quantity - held}


def carry(inputs: Inputs, price: str) -> Any:
    return pool(
        short("BTC", inputs["short"], inputs["entry"], rate="0"),
        coins={"BTC": inputs["coins"]},
        prices={"BTC": price},
        takes=collateral(BTC=str(inputs["ltv"])),
    )


def carry_at_a_price(inputs: Inputs) -> dict[str, object]:
    figures = carry(inputs, str(inputs["price"])).figures()
    return {"borrowed": figures.debt, "within_ltv": figures.equity >= 0}


def carry_limit(inputs: Inputs) -> float:
    entry = float(inputs["entry"])
    rise = first_crossing(carry(inputs, str(inputs["entry"])), _ONE_COIN, 5.0)
    assert rise is not None
    return entry * (1 + rise)


def written_hyperliquid(inputs: Inputs) -> dict[str, Decimal]:
    asked = d(inputs["min_borrow_offset"]) + d(inputs["cross_mm"]) + d(inputs["borrowed"])
    counts = replace(flat("HYPE", kept_ratio(d(inputs["ltv"]))), cap=d(inputs["supply_cap"]))
    coins = min(d(inputs["borrow_cap"]), counts.counts(d(inputs["balance"]), ONE))
    value = d(inputs["balance"]) + coins
    return {"requirement": asked, "liquidation_value": value, "ratio": asked / value}


def bust(inputs: Inputs) -> Decimal | None:
    behind = d(inputs["position_margin"]) + d(inputs["wallet"])
    found = liquidation_linear(1, d(inputs["qty"]), d(inputs["entry"]), behind, NOTHING_KEPT)
    lever = d(inputs["entry"]) * d(inputs["qty"]) / behind
    assert found == pytest.approx(bankruptcy_linear(1, d(inputs["entry"]), lever))
    return found


def bybit_trigger(inputs: Inputs) -> dict[str, object]:
    seen = pool_drawdown(*(d(inputs[name]) for name in ("pool_max_8h", "balance", "symbol_loss", "limit")))
    return {"pnl_ratio": seen.share, "triggered": seen.begun, "closed": seen.closed}


def okx_trigger(inputs: Inputs) -> dict[str, object]:
    average, drop = d(inputs["average_8h"]), d(inputs["drop"])
    low = average * (1 - drop)
    assert fund_low(average, low, drop)
    assert not fund_low(average, low + d("0.01"), drop)
    return {"threshold": low, "triggered": fund_low(average, d(inputs["balance"]), drop)}


def gained(inputs: Inputs) -> Decimal:
    return made({"short": -1, "long": 1}[inputs["side"]], d(inputs["entry"]), d(inputs["mark"]))


def by_maintenance(inputs: Inputs) -> Decimal | None:
    """The formula is a return times the account's maintenance rate, which Bitget's still is."""
    wallet = max(d(inputs["wallet"]), ONE)
    seen = Profiting(d(inputs["upnl"]), wallet, wallet, ONE, d(inputs["margin_ratio"]))
    return adl_score("bitget", seen)


CASES: dict[str, Callable[[Inputs], Any]] = {
    "coll-okx-btc-100-tiers-in-coins": tiered_coins,
    "coll-okx-coin-that-does-not-count": several_coins,
    "coll-liability-is-not-discounted": owed_in_full,
    "coll-binance-asset-index-ADA-2021-11": index_buffers,
    "coll-binance-asset-index-USDT": index_buffers,
    "coll-binance-bnb-1000": of_worth,
    "coll-bingx-btc-1000-ltv": of_worth,
    "coll-kraken-xbt-value": kraken_value,
    "coll-bitget-coin-outside-effequity": bitget_equity,
    "acct-bitget-margin-ratio-real": bitget_ratio,
    "auto-binance-5000-btc": lambda inputs: coins_sold(d(inputs["debt"]), d(inputs["bid_ratio"])),
    "borrow-bybit-unrealised": unrealised_debt,
    "borrow-bybit-fee": unrealised_debt,
    "interest-binance-pm-over-threshold": lambda inputs: charged(
        d(inputs["balance"]), d(inputs["threshold"]), d(inputs["daily_rate"])
    ),
    "liab-tiers-binance-cross-pro-im": margin_of_debts,
    "liab-tiers-binance-cross-pro-mm": margin_of_debts,
    "acct-bybit-pm-available": lambda inputs: under_portfolio_margin(inputs).free,
    "acct-bybit-pm-rates": bybit_rates,
    "acct-gate-unified-rates": gate_rates,
    "pm-okx-spot-offset-after": lambda inputs: aggregate([d(each) for each in inputs["mr"]]),
    "pnl-binance-pm-example-legs": legs_gain,
    "pm-hl-real-net": hyperliquid_net,
    "pm-hl-real-capacity": lambda inputs: flat("HYPE", d(inputs["ltv"])).counts(
        d(inputs["quantity"]), d(inputs["oracle"])
    ),
    "pm-hl-real-available": lambda inputs: available(
        d(inputs["equity"]), d(inputs["capacity"]), hyperliquid_asked(inputs)
    ),
    "pm-hl-real-after-maintenance": hyperliquid_kept,
    "pm-hl-real-ratio": hyperliquid_ratio,
    "pm-hl-real-coins-held": hyperliquid_bound,
    "pm-hl-doc-carry-150k": carry_at_a_price,
    "pm-hl-doc-carry-limit": carry_limit,
    "pm-hl-formula-fixture": written_hyperliquid,
    "interest-hl-stable-u90": lambda inputs: yearly_rate_of_use(d(inputs["utilization"])),
    "bust-bybit-cross-long-wallet": bust,
    "adl-bybit-trigger-1": bybit_trigger,
    "adl-bybit-trigger-2-boundary": bybit_trigger,
    "adl-okx-threshold-400k": okx_trigger,
    "adl-kucoin-cross-long": gained,
    "adl-kucoin-cross-short": gained,
    "adl-binance-old-forum": by_maintenance,
}
"""By name, how an example's inputs are put to the engine."""


def read() -> list[dict[str, Any]]:
    if not FILE.exists():
        return []
    return list(json.loads(FILE.read_text(encoding="utf-8"))["cases"])


def agrees(found: Any, expected: Any, case: Mapping[str, Any]) -> None:
    if isinstance(expected, dict):
        for name in expected:
            agrees(found[name], expected[name], case)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            agrees(one, other, case)
    elif isinstance(expected, bool):
        assert found is expected
    else:
        assert float(found) == pytest.approx(expected, rel=case["tol_rel"], abs=case.get("tol_abs", 0))


@pytest.mark.parametrize("case", read(), ids=lambda case: str(case["id"]))
def test_a_worked_example(case: dict[str, Any]) -> None:
    agrees(CASES[case["id"]](case["inputs"]), case["expected"], case)


def test_every_example_is_worked() -> None:
    known = {case["id"] for case in read()}
    if not known:
        pytest.skip("no worked examples beside the checkout")
    assert known == CASES.keys()
