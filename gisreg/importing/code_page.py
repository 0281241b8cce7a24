"""Text of files that do not say, or say wrongly, in which code page it is."""

from __future__ import annotations

from pathlib import Path

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.table import FeatureTable

BYTES_AS_TEXT = "ISO-8859-1"
"""Read so, every byte of a text is kept as one character, and can be decoded afterwards."""

_LANGUAGE_DRIVER_BYTE = 29
"""Where the header of a .dbf names its code page; 0 is: not said (dBASE file format, header)."""


def decode(path: Path, encoding: str, table: FeatureTable) -> None:
    """Decode column names and text that were read as BYTES_AS_TEXT, in place.

    We decode ourselves: GDAL leaves out the last letter of names in code pages with combining marks
    (CP1258), and knows none of the Vietnamese font encodings.

    Raises:
        UsageError: there is no such code page.
        InvalidInputError: some text is not in it; names the first row.
    """
    where = "a column name"
    columns: dict[str, list[object]] = {}
    try:
        for name, values in table.columns.items():
            for index, value in enumerate(values):
                if isinstance(value, str):
                    where = f"{table.rows[index]}, {name}"
                    values[index] = value.encode(BYTES_AS_TEXT).decode(encoding)
            where = "a column name"
            columns[name.encode(BYTES_AS_TEXT).decode(encoding)] = values
    except LookupError as error:
        raise UsageError(
            f"--encoding {encoding}: there is no such code page.", hint="For example CP1258 or UTF-8."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{path.name}: {where} is not text in {encoding}.", hint="Try another --encoding."
        ) from error
    table.columns = columns


def refuse_unknown(path: Path, encoding: str | None, table: FeatureTable) -> None:
    """Refuse text with diacritics whose code page nobody has stated; it would be guessed as Latin-1.

    Args:
        path: the file; only Shapefiles can leave the code page open.
        encoding: the code page as given by the user.
        table: the features as read.

    Raises:
        InvalidInputError: there is such text; names an example of it.
    """
    if encoding is not None or path.suffix.lower() != ".shp" or _states_code_page(path):
        return
    for column, values in table.columns.items():
        for row, value in zip(table.rows, values, strict=True):
            if isinstance(value, str) and not value.isascii():
                raise InvalidInputError(
                    f"{path.name}: does not say the code page of its text ({row}, {column} = {value!r} "
                    "if it is Latin-1).",
                    hint="Say it with --encoding, for example --encoding CP1258 or --encoding UTF-8.",
                )


def _states_code_page(path: Path) -> bool:
    siblings = {item.suffix.lower(): item for item in path.parent.glob(f"{path.stem}.*")}
    if ".cpg" in siblings or ".dbf" not in siblings:
        return True
    with siblings[".dbf"].open("rb") as stream:
        return stream.read(_LANGUAGE_DRIVER_BYTE + 1)[-1] != 0
