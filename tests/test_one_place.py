"""One obvious place: what ARCHITECTURE's table says to touch is all that has to be touched.

In a copy of the tree a command, an alert kind, a venue, an estimator and a hedge method are added there and
nowhere else, and the copy shows from the outside that they work.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

COMMAND = '''"""/hello: says hello."""

from bot.desk.command import Asked, Command
from bot.wording.reply import Reply


async def _hello(_: Asked) -> Reply:
    return Reply("Hello yourself.")


command = Command("hello", "says hello", _hello)
'''

VENUE = '''"""Another OKX, under a name of its own."""

from dataclasses import replace

from core.venues.exchange.okx import OKX

MYOKX = replace(OKX, id="myokx", name="My OKX")
'''

SERVED = '''"""What the other OKX answers."""

from dataclasses import replace

from tests.venues.okx import CASE as OKX
from tests.venues.tables import SERVED


def answers() -> dict[str, object]:
    """Those of OKX, with its tables of collateral."""
    return OKX.answers() | dict(SERVED["okx"])


CASE = replace(OKX, venue="myokx", answers=answers)
'''


METHOD = '''def added_way(study: Study, wish: Wish, frontier: tuple[Choice, ...]) -> Ratio:
    """Answers as the usual way does."""
    return best_legs(study, wish, frontier)


'''

SEEN = '''"""What was added works from the outside."""

from decimal import Decimal

from bot.settings import read_settings
from core.hedge.method import method_for, added_way
from core.hedge.wish import Wish
from core.store.database import Database
from tests.conversation import talk_over


def test_the_settings_accept_the_venue() -> None:
    assert read_settings({"VENUES": "myokx"}).venues == ("myokx",)
    assert "myokx" in read_settings({}).venues


def test_the_method_is_taken_where_it_applies() -> None:
    assert method_for(Wish(coverage=Decimal("0.123"))) is added_way
    assert method_for(Wish()) is not added_way


async def test_the_conversation_knows_them(embedded: Database) -> None:
    talk = talk_over(embedded, venues=("simulated", "myokx"))
    assert "/hello – says hello" in await talk.say("/help all")
    assert "Hello yourself." in await talk.say("/hello")
    await talk.say("/add SOL 60")
    assert "doubled: twice as sure of itself." in await talk.say("/beta BTC")
    assert "My OKX" in await talk.say("/venue my okx")
    await talk.say("/venue simulated")
    await talk.say("/alert hush 20m")
    assert "hush: silence for 20 minutes" in await talk.say("/alerts")
'''


def write(tree: Path, name: str, text: str) -> None:
    path = tree / name
    assert not path.exists(), name
    path.write_text(text, encoding="utf-8")


def add(tree: Path, name: str, *lines: tuple[str, str]) -> None:
    """Put each line before the first place that its pattern finds."""
    text = (tree / name).read_text(encoding="utf-8")
    for before, line in lines:
        found = re.search(before, text, re.MULTILINE)
        assert found, (name, before)
        text = text[: found.start()] + line + text[found.start() :]
    (tree / name).write_text(text, encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree with one of each added, by what the table says."""
    for folder in ("core", "bot", "tests", "alembic"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)

    write(tmp_path, "bot/commands/hello.py", COMMAND)
    add(
        tmp_path,
        "bot/commands/__init__.py",
        (r"^    hedge,$", "    hello,\n"),
        (r"^        settings\.command,$", "        hello.command,\n"),
    )

    stale = (ROOT / "core/alert/kinds/stale.py").read_text(encoding="utf-8")
    write(tmp_path, "core/alert/kinds/hush.py", re.sub(r"\"stale\b", '"hush', stale))
    add(
        tmp_path,
        "core/alert/__init__.py",
        (r"^    stale,$", "    hush,\n"),
        (r"^        stale,$", "        hush,\n"),
    )

    words = '    "hush": KindWords({"minutes": "hush: silence for {limits}"}),\n'
    add(tmp_path, "bot/wording/notices/market.py", (r'^    "stale": ', words))

    write(tmp_path, "core/venues/exchange/myokx.py", VENUE)
    add(
        tmp_path,
        "core/venues/exchange/__init__.py",
        (r"^from core\.venues\.exchange\.okx", "from core.venues.exchange.myokx import MYOKX\n"),
        (r"^    OKX\.id", "    MYOKX.id: MYOKX,\n"),
    )
    write(tmp_path, "tests/venues/myokx.py", SERVED)

    add(
        tmp_path,
        "core/measure/estimator.py",
        (r"^Estimator = ", "doubled = ols\n"),
        (r'^    "theil-sen"', '    "doubled": doubled,\n'),
    )
    add(tmp_path, "bot/wording/beta.py", (r'^    "theil-sen"', '    "doubled": "twice as sure of itself",\n'))
    add(
        tmp_path,
        "core/hedge/method.py",
        (r"^Method = ", METHOD),
        (r'^    \("beta of', '    ("added", lambda wish: wish.coverage == Decimal("0.123"), added_way),\n'),
    )
    write(tmp_path, "tests/test_added.py", SEEN)
    return tmp_path


@pytest.mark.process
def test_what_is_added_in_its_one_place_works_from_the_outside(tree: Path) -> None:
    asked = ["tests/test_added.py", "tests/venues/test_contract.py", "-k", "added or myokx"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *asked],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 10, "the contract suite runs the venue too"
