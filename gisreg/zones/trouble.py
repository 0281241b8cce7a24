"""What of a recipe could not be understood or found: where, why, what is like it. All is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gisreg.errors import InvalidInputError
from gisreg.said import Said, both, listed

SHOWN = 20
"""How many the message of an error spells out; its detail holds all."""


@dataclass(frozen=True)
class Trouble:
    """One thing about one part.

    `line` counts the parts or the lines of the list from 1; `field` is what of the part is meant; `reason` is
    a word for machines; `suggestions` are names that could be meant.
    """

    line: int
    text: str
    field: str
    reason: str
    vi: str
    en: str
    suggestions: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """Return the trouble as answers bear it."""
        return {
            "line": self.line,
            "text": self.text,
            "field": self.field,
            "reason": self.reason,
            "message_vi": self.vi,
            "message_en": self.en,
            "suggestions": list(self.suggestions),
        }

    @property
    def said(self) -> Said:
        """Return the trouble as a line of a message."""
        like = f" ({'; '.join(self.suggestions)})" if self.suggestions else ""
        begin = f"[{self.line}] {self.text}"
        return both(f"{begin}: {self.vi}{like}", f"{begin}: {self.en}{like}")


def refuse(troubles: Sequence[Trouble]) -> InvalidInputError:
    """Return the error that tells of these, first lines in full, all in `detail["unmatched"]`."""
    first = both(
        f"{len(troubles)} mục của danh sách chưa rõ, chưa lập khu vực:",
        f"{len(troubles)} entries of the list are not clear, no zone was made:",
    )
    lines = [one.said for one in troubles[:SHOWN]]
    more = f"... +{len(troubles) - SHOWN}"
    if len(troubles) > SHOWN:
        lines.append(both(more, more))
    return InvalidInputError(
        listed([first, *lines], "\n  "),
        hint=both(
            "Hãy sửa các mục ấy (gợi ý trong ngoặc) rồi thử lại.",
            "Correct them (suggestions in brackets), then try again.",
        ),
        unmatched=[one.json() for one in troubles],
    )
