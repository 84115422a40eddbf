"""What an edit changed, or would change."""

from decimal import Decimal

from bot.wording.holding_changes import changes_made, changes_proposed
from core.domain.holding import HoldingChange
from tests.bot_html import visible

TWO, FIVE = Decimal(2), Decimal(5)


def test_new_and_changed_and_removed_coins_are_told_apart() -> None:
    changes = [
        HoldingChange("add", "ETH", TWO),
        HoldingChange("add", "SOL", TWO),
        HoldingChange("remove", "DOT"),
    ]
    made = changes_made({"ETH": TWO, "DOT": FIVE}, {"ETH": FIVE, "SOL": TWO}, changes)
    assert visible(made).split("\n") == ["Saved: 3 coins", "ETH: 5 (was 2)", "SOL: 2", "DOT: removed (was 5)"]


def test_what_is_only_removed_is_called_removed() -> None:
    assert visible(changes_made({"ETH": TWO}, {}, [HoldingChange("remove", "ETH")])).startswith(
        "Removed: 1 coin\n"
    )


def test_a_proposal_names_both_outcomes_and_leaves_out_what_stays() -> None:
    proposed = changes_proposed(
        {"ETH": TWO, "DOT": FIVE}, {"ETH": FIVE, "DOT": FIVE, "SOL": TWO}, {"ETH": TWO}
    )
    assert visible(proposed).split("\n")[1:] == ["ETH: you hold 2. Add: 5. Replace: 2.", "SOL: new, 2."]
