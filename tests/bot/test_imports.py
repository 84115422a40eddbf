"""What a person in a terminal waits for: only what the answer needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

HEAVY = {"alembic", "apscheduler", "ccxt", "prompt_toolkit", "scipy", "statsmodels", "telegram"}
CHAT = f"""
import sys
from bot.__main__ import main
assert main(["chat", "--market", "simulated"]) == 0
sys.stdout.write("imported: " + " ".join(sorted({HEAVY!r} & sys.modules.keys())))
"""


def chat(*lines: str, database: Path) -> str:
    """All that a chat says in a process of its own, and in the last line which heavy packages it has."""
    process = subprocess.run(
        [sys.executable, "-c", CHAT],
        check=True,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite+aiosqlite:///{database}"},
    )
    return process.stdout


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database that holds the sample portfolio."""
    path = tmp_path / "chat.db"
    assert chat("/add sample", database=path).endswith("imported: alembic")  # to make the database
    return path


@pytest.mark.parametrize(("line", "says"), [("/portfolio", "Your coins:"), ("/hedge", "Short ")])
def test_an_answer_in_the_terminal_waits_for_no_library_that_it_does_not_need(
    line: str, says: str, database: Path
) -> None:
    said = chat(line, database=database)
    assert says in said
    assert said.endswith("imported: ")
