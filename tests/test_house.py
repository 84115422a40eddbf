"""The house: no name with two meanings, no module that stands loose, no room that is too full."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOOSE = {"core": {"__init__"}, "bot": {"__init__", "__main__", "settings"}}
"""The modules that may lie beside the rooms."""
MOST = 16
"""Modules of a room; above that nobody sees at a glance what is there."""
WIDE = {"bot/commands", "bot/wording", "core/venues/exchange"}
"""Rooms with one file for each thing of a kind, which are found by name."""
WORDING = ROOT / "tests" / "bot" / "wording"
MOST_SENTENCES = 0.085
"""The share of assertions beside the tests of the wording that may hold a whole sentence: it only falls."""
TWICE: frozenset[str] = frozenset()
"""Public names that may stand in two modules, each with its reason."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each module by its dotted name."""
    for top in LOOSE:
        for path in (ROOT / top).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_no_public_name_is_defined_in_two_modules() -> None:
    """Classes and functions, and those constants that another module imports."""
    trees = dict(modules())
    imported = Counter(
        (found.module, each.name)
        for tree in trees.values()
        for found in ast.walk(tree)
        if isinstance(found, ast.ImportFrom)
        for each in found.names
    )
    where: defaultdict[str, set[str]] = defaultdict(set)
    for module, tree in trees.items():
        for part in tree.body:
            if isinstance(part, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                where[part.name].add(module)
            elif isinstance(part, (ast.Assign, ast.AnnAssign)):
                targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                names = [each.id for each in targets if isinstance(each, ast.Name)]
                for name in names:
                    if imported[module, name]:
                        where[name].add(module)
    assert len(where) > 1000, "the names were read"
    found = {name: places for name, places in where.items() if len(places) > 1 and not name.startswith("_")}
    assert {name: places for name, places in found.items() if name not in TWICE} == {}


@pytest.mark.parametrize("top", LOOSE)
def test_no_module_stands_loose(top: str) -> None:
    assert {path.stem for path in (ROOT / top).glob("*.py")} == LOOSE[top]


@pytest.mark.parametrize("top", LOOSE)
def test_a_room_has_few_modules_and_says_what_lives_there(top: str) -> None:
    rooms = [path.parent for path in (ROOT / top).rglob("__init__.py")]
    assert len(rooms) > 10
    for room in rooms:
        name = room.relative_to(ROOT).as_posix()
        assert ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))), name
        modules_there = [path for path in room.glob("*.py") if path.stem != "__init__"]
        assert len(modules_there) <= MOST or name in WIDE, name


def sentences(statement: ast.Assert) -> list[str]:
    """The texts of an assertion that have more than four words, so that they say something in its words."""
    texts = list[str]()
    for each in ast.walk(statement.test):
        match each:
            case ast.JoinedStr(values=parts):
                texts.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts)
                )
            case ast.Constant(value=str(text)):
                texts.append(text)
    return [text for text in texts if len(text.split()) > 4]


def test_whole_sentences_are_asserted_in_the_tests_of_the_wording() -> None:
    """Elsewhere figures and structure are, so that a better sentence is changed in one place."""
    statements = [
        each
        for path in (ROOT / "tests").rglob("*.py")
        if WORDING not in path.parents
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.Assert)
    ]
    assert len(statements) > 5000, "the assertions were read"
    share = sum(bool(sentences(each)) for each in statements) / len(statements)
    assert share <= MOST_SENTENCES
