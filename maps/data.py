"""Where a page gets details, search results and progress from: the server, or itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from layers.layer import Codelist, Field, Geometry, Layer
from maps.config import MapConfig
from maps.parts import PagePart
from maps.vector_tiles import EmbeddedLayer

_EMBEDDED_SEARCH_LIMIT = 20
_PROGRESS = ("key", "flagged_m", "reported_m", "accepted_m", "share_accepted")
"""What a page asks of a row of progress; the wards' names come with their shapes."""


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
                "proposals": "/proposals?state=waiting&limit=500",
                "findings": "/findings?order=priority",
                "finding_counts": "/findings/counts?by=rule",
                "measure_next": "/measure-next",
                "changes": "/changes?f=geojson&limit=1000",
                "match_groups": "/matches/groups",
                "match_decisions": "/matches/decisions",
                "match_proposing": "/matches/propose",
                "merges": "/merges",
                "session": "/session",
            }
        )


class EmbeddedData(PagePart):
    """Answers come from the data inside a saved page."""

    function: ClassVar[str] = "useEmbedded"

    def __init__(self, progress: Iterable[Mapping[str, Any]]) -> None:
        """Name the most search results that are shown; `progress` are the rows of progress by ward."""
        super().__init__(
            {
                "search_limit": _EMBEDDED_SEARCH_LIMIT,
                "progress": [{name: row[name] for name in _PROGRESS} for row in progress],
            }
        )


def embedded_layers(config: MapConfig) -> dict[str, EmbeddedLayer] | None:
    """Return the layers whose data the page carries, or None where it is served."""
    if config.features is None:
        return None
    carriers = {str(each.value): {"vi": each.name, "en": each.name} for each in config.carriers}
    return {
        layer.key: EmbeddedLayer(
            layer.key,
            config.features[layer.key],
            _fields(layer, carriers),
            layer.search_fields,
            # Lines are seen from afar; a thousand points would only hide them.
            layer.min_zoom if layer.geometry is Geometry.POINT else 0,
        )
        for layer in config.layers
        if layer.key in config.features
    }


def _fields(layer: Layer, carriers: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Return the fields that a popup shows, with the titles of their values."""
    shown = [field for field in layer.public_fields if field.popup and not _opaque(field)]
    return [
        {
            "name": field.name,
            "vi": field.vi,
            "en": field.en,
            "unit": field.unit,
            "codes": carriers if field.name == "owner_id" else _codes(field.codelist),
        }
        for field in shown
    ]


def _opaque(field: Field) -> bool:
    """Say whether a field holds an id of another layer, which tells a reader nothing."""
    return field.references is not None and field.name != "owner_id"


def _codes(codelist: Codelist | None) -> dict[str, dict[str, str]] | None:
    if codelist is None:
        return None
    return {code.value: {"vi": code.vi, "en": code.en} for code in codelist.codes}
