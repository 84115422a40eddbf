"""A venue's figures brought up to date, whatever comes of it."""

import logging

from core.domain.errors import NoData, NoStore
from core.domain.trace import trace
from core.prices.watch import Watch

log = logging.getLogger(__name__)


async def refresh(watch: Watch, venue: str) -> None:
    """Ask the venue. What we cannot read must keep nobody from being told that there are no prices."""
    try:
        await watch.refresh(venue)
    except NoData:
        pass  # the watch has told it, once
    except NoStore as error:
        log.warning("%s cannot be refreshed: %s", venue, error)
    except Exception as error:  # noqa: BLE001
        log.error("%s cannot be refreshed\n%s", venue, trace(error))  # noqa: TRY400
