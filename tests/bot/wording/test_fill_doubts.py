"""Each doubt about a fill is one sentence with what was expected and what was said."""

from decimal import Decimal

import pytest

from bot.wording.fill_doubts import doubt_told
from core.journal.doubt import AgainstOrder, Doubt, FarFromOrdered, FarFromPrice, FilledBefore, TurnsAround
from core.journal.fill import Terms

ETH = Terms("ETH", Decimal("0.01"))


@pytest.mark.parametrize(
    ("doubt", "sentence"),
    [
        (AgainstOrder(sold=False), "The ticket says sell, and you say bought."),
        (AgainstOrder(sold=True), "The ticket says buy, and you say sold."),
        (
            FilledBefore(Decimal(720), Decimal(728), ETH),
            "720 × 0.01 ETH are recorded already of 728 × 0.01 ETH.",
        ),
        (
            FarFromOrdered(Decimal(728), Decimal(5), ETH),
            "The ticket says 728 × 0.01 ETH, and you say 5 × 0.01 ETH.",
        ),
        (FarFromPrice(Decimal(4170), Decimal(3100)), "The price is $4,170.00 now, and you say $3,100.00."),
        (
            TurnsAround(short=True, held=Decimal(9), terms=ETH),
            "You are short only 9 × 0.01 ETH: this would turn it around.",
        ),
    ],
)
def test_a_doubt_is_one_sentence(doubt: Doubt, sentence: str) -> None:
    assert doubt_told(doubt) == sentence
