"""The search box of a map page."""

from __future__ import annotations

from typing import ClassVar

from maps.parts import PagePart


class Search(PagePart):
    """A box that finds streets, pole codes and wards, by keyboard or thumb."""

    function: ClassVar[str] = "addSearch"
