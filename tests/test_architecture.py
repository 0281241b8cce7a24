"""The shape of the code: small modules, one way of imports, nothing from other hosts, no SQL from text."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("layers", "gisreg", "maps", "api")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
PAGES = sorted(
    path
    for room in ("maps", "api", "gisreg")
    for path in (ROOT / room).rglob("*")
    if path.suffix in {".html", ".j2", ".js", ".mjs", ".css", ".svg"} and "vendor" not in path.parts
)
# Names of XML vocabularies look like addresses, and nothing is loaded from them.
VOCABULARIES = ("http://www.w3.org/",)
EXECUTORS = {"execute", "executemany", "mogrify", "execute_values", "execute_batch", "copy_expert"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_long() -> None:
    tests = [path for room in ("tests", "bench", "scripts") for path in (ROOT / room).rglob("*.py")]
    everything = [*MODULES, *tests, *(path for path in PAGES if path.suffix in {".js", ".mjs"})]
    assert {name(path): lines(path) for path in everything if lines(path) > 400} == {}


def test_modules_are_small() -> None:
    assert median(lines(path) for path in MODULES if path.name != "__init__.py") <= 150


def test_rooms_import_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def foreign_addresses(text: str) -> list[str]:
    """Return addresses of other hosts in a text, protocol-relative ones in attributes included."""
    found = re.findall(r"""https?://[^\s"'<>)`]+|(?<=["'(])//[\w.-]+\.\w+[^\s"'<>)`]*""", text)
    local = ("http://127.0.0.1", "http://localhost", "http://{", "https://{")
    return [address for address in found if not address.startswith((*VOCABULARIES, *local))]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_pages_name_no_other_host(path: Path) -> None:
    assert foreign_addresses(path.read_text(encoding="utf-8")) == []


def test_an_address_of_another_host_is_noticed() -> None:
    assert foreign_addresses('<script src="https://cdn.example/x.js">') == ["https://cdn.example/x.js"]
    assert foreign_addresses("<link href='//cdn.example/x.css'>") == ["//cdn.example/x.css"]
    assert foreign_addresses('<svg xmlns="http://www.w3.org/2000/svg">') == []


def text_made_sql(source: str) -> list[int]:
    """Return the lines on which a statement is executed that an f-string, %, + or format() made."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and _called(node) in EXECUTORS:
            query = node.args[1] if _called(node).startswith("execute_") else node.args[0]
            if _is_made_of_text(query):
                found.append(node.lineno)
    return found


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_made_of_text(query: ast.expr) -> bool:
    if isinstance(query, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in query.values)
    if isinstance(query, ast.BinOp):
        constant = isinstance(query.left, ast.Constant) and isinstance(query.right, ast.Constant)
        return isinstance(query.op, ast.Mod | ast.Add) and not constant
    if isinstance(query, ast.Call) and _called(query) == "format":
        # psycopg2.sql.SQL("...").format(...) is the right way; "...".format(...) is not.
        receiver = query.func.value if isinstance(query.func, ast.Attribute) else None
        return isinstance(receiver, ast.Constant)
    return False


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_sql_is_made_of_text(path: Path) -> None:
    assert text_made_sql(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "is_wrong"),
    [
        ('cursor.execute(f"SELECT {x}")', True),
        ('cursor.execute("SELECT %s" % x)', True),
        ('cursor.execute("SELECT {}".format(x))', True),
        ('cursor.execute("SELECT " + x)', True),
        ('cursor.execute("SELECT %s", (x,))', False),
        ('cursor.execute(sql.SQL("SELECT {}").format(sql.Identifier(x)))', False),
        ('execute_values(cursor, f"INSERT {x}", rows)', True),
    ],
)
def test_sql_made_of_text_is_noticed(source: str, is_wrong: bool) -> None:
    assert bool(text_made_sql(source)) is is_wrong


def test_no_module_is_called_utils() -> None:
    vague = {"utils", "util", "helpers", "misc", "common_utils"}
    assert [name(path) for path in MODULES if path.stem in vague] == []
