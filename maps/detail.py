"""SafeDetail: what shows when an object is clicked; filled through textContent only."""

from __future__ import annotations

from typing import ClassVar

from maps.parts import PagePart


class SafeDetail(PagePart):
    """A side panel (a sheet on phones) with reasons, facts and tables of the clicked object.

    Folium's own popups run markup that is stored in the registry; this one cannot.
    """

    function: ClassVar[str] = "addDetail"
