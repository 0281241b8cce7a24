"""What other objects depend on objects of a layer, and so forbids to remove them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gisreg.said import Said, both
from layers import LAYERS, Layer

DERIVED = {"support", "segment", "span"}
"""Made from cables and poles anew after every import; they go and come by themselves."""

Counts = list[tuple[int, int]]


def dependants(
    layer: Layer, holding: Callable[[str, str], Counts], at_work: Callable[[], Counts]
) -> Iterator[tuple[int, Said]]:
    """Yield (object, what depends on it).

    Args:
        layer: the layer of the objects.
        holding: returns (object, count) of the rows of a table whose column refers to the objects.
        at_work: returns (cable, count) of segments that are being tidied.
    """
    for other in LAYERS.values():
        called = both(f"đối tượng {other.vi} ({other.key})", other.key)
        for item in other.public_fields:
            if item.references == layer.key and other.key not in DERIVED:
                for number, count in holding(other.table, item.name):
                    yield number, Said("{0} {1} tham chiếu đến nó", "{0} {1} refer to it", (count, called))
    if layer.key == "cable":
        for number, count in at_work():
            yield (
                number,
                Said(
                    "{0} đoạn của nó đang được chỉnh trang", "{0} of its segments are being tidied", (count,)
                ),
            )


def in_use(name: str, what: Said) -> Said:
    """Return an object with what depends on it, as a line of a message."""
    return Said("  {0}: {1}", "  {0}: {1}", (name, what))
