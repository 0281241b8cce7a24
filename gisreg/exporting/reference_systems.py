"""The reference systems in which objects leave the registry; PROJ does the work inside PostGIS."""

from __future__ import annotations

import re

from gisreg.errors import UsageError
from gisreg.exporting.formats import Format
from gisreg.said import Said, both
from gisreg.settings import get_settings

STORED = 4326
SRIDS = (STORED, 3857, 3405, 3406, *range(5896, 5900), *range(9205, 9219))
"""WGS 84, Web Mercator, VN-2000 in UTM zones 48N and 49N, in TM-3 zones, in the provincial zones."""

_FORM = re.compile(r"(?:EPSG:)?(\d{4,5})", re.ASCII | re.IGNORECASE)


def srid_of(text: str | None, form: Format) -> int:
    """Return the EPSG code of a reference system written as `EPSG:9209` or `9209`.

    Args:
        text: what was asked for; None takes EPSG:4326, or the province's zone for drawings.
        form: the format in which the objects leave.

    Raises:
        UsageError: it is not offered, or not in this format.
    """
    if text is None:
        return get_settings().region.metric_srid if form.in_metres else STORED
    found = _FORM.fullmatch(text.strip())
    srid = int(found[1]) if found else 0
    if srid not in SRIDS:
        raise UsageError(
            both(
                f"Không hỗ trợ hệ tọa độ {text[:40]!r}.",
                f"The reference system {text[:40]!r} is not offered.",
            ),
            hint=Said(
                "Các hệ có sẵn: {0}.", "Offered are {0}.", (", ".join(f"EPSG:{one}" for one in SRIDS),)
            ),
        )
    if form.srid is not None and srid != form.srid:
        raise UsageError(
            both(f"{form.title} chỉ dùng EPSG:{form.srid}.", f"{form.title} knows EPSG:{form.srid} only."),
            hint=both("Hãy bỏ hệ tọa độ, hoặc dùng gpkg.", "Leave out the reference system, or take gpkg."),
        )
    return srid
