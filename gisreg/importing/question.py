"""What a file leaves open and a person must say: told with the refusal, so that a page can ask it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gisreg.importing import encoding as vietnamese

ENCODINGS = ("utf-8", "tcvn3", "vni", "viscii", "cp1258", "unicode")
"""What is offered where the encoding of a text does not show; any code page can be named."""


def asks(
    choice: str, answers: Iterable[str] = (), shown: Iterable[str] = (), *, several: bool = False
) -> dict[str, Any]:
    """Return the detail of an error that a choice would settle.

    Args:
        choice: name of the choice (`gisreg.importing.choices.Choices`).
        answers: what it can be, the likeliest first; none where it is a free text or number.
        shown: for each answer what it would make of the file, such as a text decoded so.
        several: whether several answers, joined by commas, can be true.
    """
    return {"choice": choice, "answers": list(answers), "shown": list(shown), "several": several}


def asks_encoding(cells: Sequence[bytes | str], likely: str) -> dict[str, Any]:
    """Return the question in which encoding a text is, with what each would make of it.

    Args:
        cells: the text.
        likely: the encoding that fits best.
    """
    answers = list(dict.fromkeys((likely, *ENCODINGS)))
    shown = [", ".join(new for _, new in vietnamese.preview(cells, one)) for one in answers]
    return asks("encoding", answers, shown)
