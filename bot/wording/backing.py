"""The words for margin and liquidation, which differ between an exchange and a broker
of regulated futures.
"""

from dataclasses import dataclass

from core.domain.contract import Contract


@dataclass(frozen=True, slots=True)
class Backing:
    """The words for one kind of place. A `{}` in them stands for a figure or for names of coins."""

    needed: str
    """Stands before the amount that backs the shorts."""
    levered: bool
    """Whether a leverage is set at this kind of place."""
    event: str
    """What a rise of the coin leads to."""
    ends: str
    """Says what the event is; how far the coin may rise before it comes next."""
    happens: str
    """What has become of a short after the event."""
    then: str
    """What follows from the event, with the margin that is lost."""
    more: str
    """Asks for an amount of margin for some coins, to make the event less likely."""
    at_lowest: str
    """The same where the leverage cannot be lowered any more."""
    freed: str
    """Stands before the margin that closing releases."""
    row: str
    """Label of the amount in a table."""
    at: str
    """Label of the price of the event in a table."""
    assumed: str
    """Said beside a margin rate that is assumed."""
    shared: str
    """Whose losses the amount pays for, in a few words."""
    bears: str
    """The same in a whole sentence."""
    taken: str
    """What such a place, named, may do to a short that pays; empty where it does no such thing."""
    apart: str
    """Why a gain of the coins does not help the shorts."""


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
    taken="In a crash {} may close a short that is in profit (auto-deleveraging); your coins are bare then, "
    "and the fall goes on.",
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
    taken="",
    apart="Your broker does not take what your coins gain as margin",
)


def backing(contract: Contract) -> Backing:
    """The words for where the contract is traded."""
    return BROKER if contract.brokered else EXCHANGE
