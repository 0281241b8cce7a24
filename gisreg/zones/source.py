"""What a zone is to be made from, put together: a pasted list or a recipe, circles, units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from gisreg.errors import InvalidInputError, UsageError
from gisreg.faults import said_of
from gisreg.said import Said, both, listed
from gisreg.zones.entry import Read
from gisreg.zones.recipe import MOST_PARTS, CirclePart, Recipe, StreetPart, UnitPart
from gisreg.zones.trouble import Trouble


@dataclass
class Source:
    """A recipe, where its parts stand in the list, and what of that was not understood or was passed over.

    `recipe` is None where nothing was understood.
    """

    recipe: Recipe | None
    lines: list[int] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def together(
    read: Read, pasted: str | None, more: Sequence[StreetPart | CirclePart | UnitPart] = ()
) -> Source:
    """Return a list and further parts as one recipe; the further parts count on after the list's last line.

    Raises:
        UsageError: there is nothing to make a zone from.
        InvalidInputError: there are more parts than a zone may have.
    """
    parts = [part for _, part in read.parts]
    lines = [line for line, _ in read.parts]
    last = max([*lines, *(trouble.line for trouble in read.troubles)], default=0)
    count = len(parts) + len(more)
    if count > MOST_PARTS:
        raise InvalidInputError(
            both(
                f"Danh sách có {count} mục, tối đa {MOST_PARTS}.",
                f"The list has {count} parts, at most {MOST_PARTS}.",
            ),
            hint=both("Hãy chia thành nhiều khu vực.", "Make several zones of it."),
        )
    if not count and not read.troubles:
        raise UsageError(
            both("Danh sách trống.", "There is nothing to make a zone from."),
            hint=both(
                "Hãy dán danh sách tuyến, mỗi tuyến một dòng, hoặc ghi hình tròn, đơn vị hành chính.",
                "Give a list of streets, a circle or a unit.",
            ),
        )
    recipe = Recipe(parts=(*parts, *more), pasted=pasted) if count else None
    return Source(
        recipe, [*lines, *range(last + 1, last + 1 + len(more))], list(read.troubles), read.passed_over
    )


def from_json(text: str | bytes) -> Source:
    """Return the recipe that a JSON document holds, as `gisreg zone show --json` prints it.

    Raises:
        InvalidInputError: it is none; names the first faults.
    """
    try:
        recipe = Recipe.model_validate_json(text)
    except ValidationError as error:
        faults = [(".".join(map(str, fault["loc"])) or "recipe", said_of(fault)) for fault in error.errors()]
        told = listed([Said("{0}: {1}", "{0}: {1}", one) for one in faults[:5]], "; ")
        raise InvalidInputError(
            Said("Không nhận được công thức: {0}.", "The recipe cannot be taken: {0}.", (told,)),
            hint=both("Xem hướng dẫn, docs/zones.md.", "See the manual, docs/zones.md."),
            errors=[{"field": name, "message": one.en, "message_vi": one.vi} for name, one in faults],
        ) from error
    return Source(recipe, list(range(1, len(recipe.parts) + 1)))
