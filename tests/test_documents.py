"""What the documents name is there: files, rooms, commands, settings, targets of make, the version."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from bot.__main__ import SUBCOMMANDS
from bot.commands import COMMANDS
from bot.settings import Settings
from core.domain.caps import Caps
from core.venues.exchange import EXCHANGES

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "README.md", "CONTRIBUTING.md", "SECURITY.md")
PATH = re.compile(r"(?<![\w/.-])(?:core|bot|tests|docs|alembic|\.github|\.ci)/[\w./-]*\w/?")
TARGET = re.compile(r"`make ([a-z-]+)`|\$ make ([a-z-]+)")
COMMAND = re.compile(r"`/([a-z]+)\b")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_that_a_document_names_is_there(name: str) -> None:
    text = read(name)
    linked = re.findall(r"\]\(([^):#]+)\)", text)
    assert [each for each in (*PATH.findall(text), *linked) if not (ROOT / each).exists()] == []


def test_what_the_method_links_is_there() -> None:
    linked = re.findall(r"\]\(([^):#]+)\)", read("docs/METHOD.md"))
    assert len(linked) >= 4
    assert [each for each in linked if not (ROOT / "docs" / each).exists()] == []


def test_the_tree_of_the_architecture_is_the_tree() -> None:
    tree = read("ARCHITECTURE.md").split("```")[1]
    for top in ("core", "bot"):
        part = re.search(rf"^{top}/.*?(?=^\S|\Z)", tree, re.DOTALL | re.MULTILINE)
        assert part is not None
        named = set(re.findall(r"^  (\w+)/", part[0], re.MULTILINE))
        assert named == {each.parent.name for each in (ROOT / top).glob("*/__init__.py")}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_target_of_make_that_a_document_names_is_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert {one or other for one, other in TARGET.findall(read(name))} <= targets


def test_the_readme_names_every_command_and_no_other() -> None:
    table = read("README.md").split("## What you can type")[1].split("\n## ")[0]
    assert set(COMMAND.findall(table)) == {command.name for command in COMMANDS}


def test_the_readme_names_every_setting_and_no_other() -> None:
    table = read("README.md").split("## Settings")[1].split("\n## ")[0]
    named = {
        name.lower()
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", row)
    }
    caps = {f"most_{each.name}" for each in fields(Caps)}
    assert named - caps == {each.name for each in fields(Settings)} - caps
    assert named & caps


def test_the_table_of_names_has_every_exchange_in_their_order() -> None:
    rows = re.findall(r"^\| ([A-Z][\w ]*) \|", read("docs/NAMES.md"), re.MULTILINE)
    assert rows == [each.name for each in EXCHANGES.values()]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_subcommand_that_a_document_names_is_there(name: str) -> None:
    known = {each.name for each in SUBCOMMANDS}
    assert set(re.findall(r"`(?:\.venv/bin/)?microhedge ([a-z-]+)", read(name))) - {"--version"} <= known


def test_the_newest_version_of_the_changelog_is_that_of_the_package() -> None:
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", read("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert tomllib.loads(read("pyproject.toml"))["project"]["version"] == newest[1]
