"""How the objects of the registry look on maps: one function a subject, shared by the audiences.

Colours: the Okabe-Ito set, darkened a little for white streets, so that states can be told apart
with any kind of colour vision.
"""

from __future__ import annotations

from layers.codelists import TIDYING_STATE, ZONE_KIND
from layers.layer import Layer, Style
from layers.zone import LAYER as ZONE
from maps.config import MapConfig, Text
from maps.vector_tiles import Cells, LayerView, Paint, Slice, Theme, style_theme

STATE_COLOURS = {
    "flagged": "#d55e00",
    "planned": "#e0a100",
    "in_progress": "#9b5fc0",
    "reported": "#0072b2",
    "accepted": "#009e73",
}
QUIET = "#9aa3ae"
_OTHER_REASONS = {"a1_only": "#6b7280", "underground_only": "#2c4a7c", "undergrounded": "#b08d57"}
_OCCUPANCY = ("#b8bfc9", "#7fc6bc", "#3a9cb8", "#2a6fa8", "#3b2f7d")
_LINES_WITH_OWNER = frozenset({"segment", "cable", "duct"})
_WHITE_CASING = ("#ffffff", 2.0, 16)
# Busy streets of a town: about 16 km of street in a square kilometre with five cables each.
_DENSE_CABLE_M_PER_KM2 = 80_000
_DENSE_POLES_PER_KM2 = 1_200
_POLE_GROWTH = 0.42  # a town has thousands: small from afar, a finger's target from near
_PLAIN = Style(color="#64748b")


def state_theme() -> Theme:
    """Return the colours of segments by tidying state."""
    titles = {code.value: Text(code.vi, code.en) for code in TIDYING_STATE.codes}
    return Theme(
        "state",
        Text("Trạng thái chỉnh trang", "Tidying state"),
        tuple(
            Paint("tidying_state", "is", colour, titles[value], value)
            for value, colour in STATE_COLOURS.items()
        ),
        QUIET,
        titles["none"],
    )


def reason_theme() -> Theme:
    """Return the colours of segments by their main reason: the kind of the zone that decides.

    A kind has the colour in which its zones are drawn.
    """
    drawn = {str(rule.value): rule.color for rule in ZONE.style.rules} if ZONE.style else {}
    colours = drawn | _OTHER_REASONS
    return Theme(
        "reason",
        Text("Lý do chính", "Main reason"),
        tuple(
            Paint("reason", "is", colours[code.value], Text(code.vi, code.en), code.value)
            for code in ZONE_KIND.codes
        ),
        QUIET,
        Text("Không thuộc diện, hoặc lý do khác", "Not flagged, or another reason"),
    )


def segments(config: MapConfig, *, rank: int = 0) -> list[LayerView]:
    """Return the segments by state or by reason; below their first zoom, discs by cell."""
    layer = config.layer("segment")
    if layer is None:
        return []
    cells = Cells(
        rank=rank,
        field="length_m",
        unit="m",
        color="#c3c9d1",
        note=Text(
            "Số trong đĩa: km cáp trong ô; phóng to để xem từng đoạn.",
            "Number in a disc: km of cable in the cell; zoom in for single segments.",
        ),
        rest=Text("Không thuộc diện", "Not flagged"),
        dense_per_km2=_DENSE_CABLE_M_PER_KM2,
        slices=(
            Slice("accepted_m", STATE_COLOURS["accepted"], Text("Đã nghiệm thu", "Accepted")),
            Slice(
                "flagged_m",
                STATE_COLOURS["flagged"],
                Text("Bị đánh dấu, chưa nghiệm thu", "Flagged, not accepted yet"),
                minus="accepted_m",
            ),
        ),
    )
    return [
        LayerView(
            layer,
            themes=(state_theme(), reason_theme()),
            cells=cells,
            casing=_WHITE_CASING,
            lanes=True,
            carrier_field="owner_id",
        )
    ]


def count_theme(field: str, title: Text, none: Text, unit: Text) -> Theme:
    """Return colours for a count of organisations: none, 1, 2, 3, 4 and more."""
    titles = [Text(f"{number} {unit.vi}", f"{number} {unit.en}") for number in range(4)]
    many = Paint(field, "at_least", _OCCUPANCY[4], Text(f"≥ 4 {unit.vi}", f"≥ 4 {unit.en}"), 4)
    few = (Paint(field, "is", _OCCUPANCY[n], titles[n], n) for n in (3, 2, 1))
    return Theme(field, title, (many, *few), _OCCUPANCY[0], none)


def points_cells(rank: int, colour: str, dense_per_km2: float = _DENSE_POLES_PER_KM2) -> Cells:
    """Return discs that tell how many objects a cell holds."""
    return Cells(
        rank=rank,
        field="count",
        color=colour,
        note=Text("Số trong đĩa: số đối tượng trong ô.", "Number in a disc: objects in the cell."),
        rest=Text("Đối tượng", "Objects"),
        dense_per_km2=dense_per_km2,
    )


def own_theme(layer: Layer) -> Theme:
    """Return the colours of the layer's own style."""
    return style_theme(layer, layer.style or _PLAIN)


def plain(layer: Layer, *, visible: bool = True, folded: bool = False, rank: int | None = None) -> LayerView:
    """Return a layer as its own description draws it."""
    style = layer.style or _PLAIN
    return LayerView(
        layer,
        visible=visible,
        folded=folded,
        cells=points_cells(rank, style.color) if rank is not None else None,
        lanes=layer.key == "cable",
        grow=_POLE_GROWTH if layer.key == "pole" else 0.3,
        shape="triangle" if layer.key == "tower" else "circle",
        carrier_field="owner_id" if layer.key in _LINES_WITH_OWNER else None,
    )


def present(config: MapConfig, *keys: str, visible: bool = True, folded: bool = True) -> list[LayerView]:
    """Return those of the named layers that this reader may see, as they describe themselves."""
    found = [config.layer(key) for key in keys]
    return [plain(layer, visible=visible, folded=folded) for layer in found if layer]
