"""PNG of a picture, made in another thread and kept as long as the same one is asked for again."""

import asyncio
from functools import lru_cache
from pathlib import Path

from bot.picture.canvas import FAMILY

FONT = Path(__file__).parent / "SourceSansPro-Regular.otf"
"""The one font of all pictures, so that they look the same on every machine."""
SHARPER = 2
"""Pixels for a unit, as phones have more than one for a point."""
KEPT = 64
"""So many pictures are kept; each has up to 200 KB."""


async def png(svg: str) -> bytes:
    """The picture as PNG."""
    return await asyncio.to_thread(_png, svg)


@lru_cache(KEPT)
def _png(svg: str) -> bytes:
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SHARPER, skip_system_fonts=True, font_files=[str(FONT)],
            font_family=FAMILY,
        )
    )  # fmt: skip
