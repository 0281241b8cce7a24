"""An encoding that there is not is refused alike for text files and for workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from psycopg2.extensions import connection

from gisreg.errors import UsageError
from gisreg.importing.request import ImportRequest
from gisreg.importing.run import import_file

ROWS = (("code", "lon", "lat"), ("C-1", 106.34, 20.45))


def csv_file(path: Path) -> Path:
    path.write_text("".join(f"{','.join(map(str, row))}\n" for row in ROWS), encoding="utf-8")
    return path


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("make", [csv_file, workbook])
def test_an_unknown_encoding_is_refused(
    registry: connection, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / ("a.csv" if make is csv_file else "a.xlsx"))
    with pytest.raises(UsageError) as caught:
        import_file(registry, ImportRequest("pole", path, encoding="klingon", crs="EPSG:4326"))
    assert caught.value.said.en == "--encoding klingon: there is no such code page."
    assert caught.value.said.vi == "--encoding klingon: không có bảng mã này."
    assert "tcvn3" in str(caught.value.hint)
