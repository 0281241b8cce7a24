"""Where a page gets details, search results and progress from: the server, or itself."""

from __future__ import annotations

from typing import ClassVar

from maps.parts import PagePart

_EMBEDDED_SEARCH_LIMIT = 20


class ServerData(PagePart):
    """Answers come from the application that served the page."""

    function: ClassVar[str] = "useServer"

    def __init__(self) -> None:
        """Name the addresses of the application."""
        super().__init__(
            {
                "detail": "/details/{layer}/{id}",
                "search": "/search",
                "progress": "/progress?by=ward",
                "candidates": "/sharing/candidates",
            }
        )


class EmbeddedData(PagePart):
    """Answers come from the data inside a saved page."""

    function: ClassVar[str] = "useEmbedded"

    def __init__(self) -> None:
        """Name the most search results that are shown."""
        super().__init__()
        self.config = {"search_limit": _EMBEDDED_SEARCH_LIMIT}
