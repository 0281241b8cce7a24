"""Every sentence that the code says to people is there in Vietnamese and in English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gisreg import errors
from gisreg.errors import GisregError, NotFoundError
from gisreg.said import Said, both
from tests.importing.in_both import MARKED

ROOT = Path(errors.__file__).parent.parent
ROOMS = ("gisreg", "maps", "api")
ENGLISH = {
    "the",
    "a",
    "an",
    "is",
    "are",
    "of",
    "not",
    "no",
    "see",
    "use",
    "give",
    "with",
    "it",
    "to",
    "in",
    "for",
}


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a name in the rooms: where it stands, and the call."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def words(text: ast.expr) -> str | None:
    """Return what is fixed of a text of the code, None where nothing of it is."""
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return text.value
    if isinstance(text, ast.JoinedStr):
        return "".join(str(one.value) for one in text.values if isinstance(one, ast.Constant))
    if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        parts = [one for one in (words(text.left), words(text.right)) if one is not None]
        return "".join(parts) if parts else None
    return None


def test_a_sentence_is_in_the_language_it_is_given_as() -> None:
    """No English stands where the Vietnamese should, and the other way round."""
    seen = 0
    for where, call in calls("both"):
        vi, en = (words(one) for one in call.args)
        if vi is None or en is None or len([c for c in en if c.isalpha()]) < 4:
            continue
        seen += 1
        # A few Vietnamese sentences have no mark at all; an English one hardly does without these words.
        assert MARKED.search(vi) or not ENGLISH & set(vi.lower().split()), f"{where}: {vi}"
        assert vi != en, where
    assert seen > 300


def everywhere(kind: type[GisregError]) -> Iterator[type[GisregError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from everywhere(one)


@pytest.mark.parametrize("kind", sorted(everywhere(GisregError), key=lambda one: one.__name__))
def test_an_error_that_says_nothing_of_its_own_says_what_it_is(kind: type[GisregError]) -> None:
    said = kind().said
    assert said.en == (kind.__doc__ or "").strip().splitlines()[0]
    assert MARKED.search(said.vi)
    if kind is not GisregError:
        assert kind.vi != kind.__mro__[1].vi, "a class of its own has words of its own"


def test_an_error_keeps_both_languages_and_is_english_as_text() -> None:
    error = NotFoundError(
        both("Không có cột {x}.", "There is no pole {x}."), hint=Said("Xem {0}.", "See {0}.", ("{y}",)), id=7
    )
    assert str(error) == "There is no pole {x}. See {y}."
    assert (error.said.vi, error.advice and error.advice.vi) == ("Không có cột {x}.", "Xem {y}.")
    assert (error.message, error.hint, error.detail) == ("There is no pole {x}.", "See {y}.", {"id": 7})
