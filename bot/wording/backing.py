"""What stands behind a short and what happens where it does not suffice: at an exchange, or at a broker."""

from dataclasses import dataclass

from core.domain.contract import Contract


@dataclass(frozen=True, slots=True)
class Backing:
    """The words for one kind of place; `{}` in them is a figure, or names of coins.

    needed: before the amount. levered: whether a leverage is set there. event: what a rise leads to. ends:
    what the event is, before how far the coin rises. happens: what became of shorts in it. then: what
    follows, for a margin. more: what to add, and for which coins; at_lowest: the same where no lower leverage
    is left. freed: before what closing releases. row, at: the labels of the amount and of the price of the
    event. assumed: said beside a rate that is assumed. shared: whose losses the amount bears; bears: the same
    at more length. apart: why what the coins gain does not help.
    """

    needed: str
    levered: bool
    event: str
    ends: str
    happens: str
    then: str
    more: str
    at_lowest: str
    freed: str
    row: str
    at: str
    assumed: str
    shared: str
    bears: str
    apart: str


EXCHANGE = Backing(
    needed="Margin to put up",
    levered=True,
    event="liquidation",
    ends="A short is liquidated, that is closed by the venue with its margin lost,",
    happens="liquidated",
    then="The venue then closes it, you lose its margin of {}, and what it hedged is no longer hedged.",
    more="Add {} of margin to {}",
    at_lowest="1x is the lowest there is: add {} of margin to {}",
    freed="Margin that comes free",
    row="margin",
    at="liquidated at",
    assumed="Liquidation uses an assumed, cautious margin rate.",
    shared="Margin is isolated.",
    bears="Margin is isolated: a short can lose its own margin and no more.",
    apart="The venue does not take what your coins gain as margin",
)
BROKER = Backing(
    needed="Cash to keep at your broker",
    levered=False,
    event="a margin call",
    ends="Your broker asks for more cash, or closes the short,",
    happens="called for more cash",
    then="Of the {} that backs it most is lost by then. Without more cash the broker closes it, and what it "
    "hedged is no longer hedged.",
    more="Keep {} more there for {}",
    at_lowest="Keep {} more there for {}",
    freed="Cash that comes free at your broker",
    row="cash to keep",
    at="margin call at",
    assumed="Assumed, cautiously: what your broker asks to be kept.",
    shared="All your cash there backs all that is open.",
    bears="All your cash there backs all that is open: a short can lose more than is counted for it.",
    apart="Your broker does not take what your coins gain as margin",
)


def backing(contract: Contract) -> Backing:
    """The words for where the contract is traded."""
    return BROKER if contract.brokered else EXCHANGE
