"""Text of files that do not say, or say wrongly, in which encoding it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing import encoding as vietnamese
from gisreg.importing.encoding import Guess, TableGuess
from gisreg.importing.question import asks_encoding
from gisreg.importing.read import read_layer
from gisreg.importing.request import ImportRequest
from gisreg.importing.table import DecodedText, FeatureTable
from gisreg.said import LOOK, Said, both, of_cell

Words = Callable[[], Collection[str]]

BYTES_AS_TEXT = "ISO-8859-1"
"""Read so, every byte of a text is kept as one character, and can be decoded afterwards."""

_LANGUAGE_DRIVER_BYTE = 29
"""Where the header of a .dbf names its code page; 0 is: not said (dBASE file format, header)."""

_FILES_OF_BYTES = (".shp", ".tab", ".mif")
"""Kinds of files whose text is in any encoding. Of others GDAL knows that it is Unicode, but the letters
may still be those of a font."""

DAMAGED = Said(
    "Sửa ở tệp gốc, hoặc nhận chữ như hiện có bằng --accept-damaged.",
    "Correct it in the source, or take the text as it is with --accept-damaged.",
)
"""What to do about text that has lost letters."""

MIXED = "the columns are not all in one encoding; each was decoded by itself."

_OURS = {"id", "version", "updated_at"}
"""Columns that an export of ours has, and hardly any other file."""

_AS_IT_IS = ("ascii", "unicode")

_SOME_NAME = Said("một tên cột", "a column name")


def read_decoded(request: ImportRequest, words: Words) -> FeatureTable:
    """Read a layer of a file with its text decoded, and say in the table's notes from what.

    We decode ourselves: GDAL leaves out the last letter of names in code pages with combining marks
    (CP1258), and knows none of the Vietnamese font encodings.

    Args:
        request: path, layer in it, encoding as the user states it, whether damaged text is accepted.
        words: gives syllables that occur in the registry; called where text has to be recognised.

    Raises:
        UsageError: there is no such encoding.
        InvalidInputError: the file cannot be read; its encoding is open; some text is not in the one
            stated, or has lost letters.
    """
    raw = request.path.suffix.lower() in _FILES_OF_BYTES
    table = read_layer(
        request.path, request.source_layer, BYTES_AS_TEXT if raw else None, repair=request.repair
    )
    if raw:
        _as_bytes(table)
    if is_exported(table.columns):
        # Our own text needs no guessing, and what looks strange in it is meant.
        _decode(request.path, table, dict.fromkeys(table.columns, "utf-8" if raw else "unicode"), "unicode")
        return table
    return _decoded(table, request, words, raw=raw)


def is_exported(columns: Collection[str]) -> bool:
    """Tell by its columns whether a table is an export of ours."""
    return set(columns) >= _OURS


def decode_bytes(table: FeatureTable, request: ImportRequest, words: Words) -> dict[str, str]:
    """Decode the text of a table that was read with every byte as one character (`BYTES_AS_TEXT`).

    Returns:
        Column -> the encoding it was in.

    Raises:
        UsageError, InvalidInputError: as for `read_decoded`.
    """
    _as_bytes(table)
    guess = vietnamese.detect_columns(table.columns, words() if _has_diacritics(table) else ())
    if request.encoding is not None:
        used = _stated_for_all(request, table, raw=True)
    else:
        _require_certain(request.path, table, guess)
        used = {name: one.encoding for name, one in guess.columns.items()}
        _tell(request.path, table, guess)
    _decode(request.path, table, used, guess.table.encoding)
    return used


def _decoded(table: FeatureTable, request: ImportRequest, words: Words, *, raw: bool) -> FeatureTable:
    guess = vietnamese.detect_columns(table.columns, words() if _has_diacritics(table) else ())
    if request.encoding is not None:
        used = _stated_for_all(request, table, raw)
    elif raw and (said := stated(request.path)) and not guess.certain:
        table = read_layer(request.path, request.source_layer, repair=request.repair)
        table.notes.append(f"text: {said}, as the file says.")
        used = dict.fromkeys(table.columns, "unicode")
    else:
        _require_certain(request.path, table, guess)
        used = {name: one.encoding for name, one in guess.columns.items()}
        _tell(request.path, table, guess)
    _decode(request.path, table, used, guess.table.encoding)
    note_damaged(request, table, used)
    return table


def _as_bytes(table: FeatureTable) -> None:
    for values in table.columns.values():
        values[:] = [_bytes(value) if isinstance(value, str) else value for value in values]


def _bytes(text: str) -> bytes | str:
    """Return the bytes that a text stands for; text with other letters is Unicode already."""
    try:
        return text.encode(BYTES_AS_TEXT)
    except UnicodeEncodeError:
        return text


def _has_diacritics(table: FeatureTable) -> bool:
    return any(
        isinstance(value, str | bytes) and not value.isascii()
        for values in table.columns.values()
        for value in values
    )


def _stated_for_all(request: ImportRequest, table: FeatureTable, raw: bool) -> dict[str, str]:
    encoding = str(request.encoding)
    if not vietnamese.is_known(encoding):
        raise UsageError(
            both(
                f"--encoding {encoding}: không có bảng mã này.",
                f"--encoding {encoding}: there is no such encoding.",
            ),
            hint=both(
                "Ví dụ tcvn3, vni, viscii, CP1258 hoặc UTF-8; unicode thì giữ nguyên chữ như hiện có.",
                "For example tcvn3, vni, viscii, CP1258 or UTF-8; unicode takes the text as it is.",
            ),
        )
    if raw and request.path.suffix.lower() != ".shp" and _is_utf8(table):
        encoding = f"utf-8+{encoding}" if vietnamese.is_known(f"utf-8+{encoding}") else "utf-8"
    return dict.fromkeys(table.columns, encoding)


def _is_utf8(table: FeatureTable) -> bool:
    """Tell whether GDAL has already made UTF-8 of a MapInfo file's text, as it does for most of its sets."""
    try:
        for values in table.columns.values():
            for value in values:
                if isinstance(value, bytes):
                    value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _require_certain(path: Path, table: FeatureTable, guess: TableGuess) -> None:
    for name, one in guess.columns.items():
        if one.certain:
            continue
        text = [value for value in table.columns[name] if isinstance(value, str | bytes)]
        shown = ", ".join(f"{old!r} = {new!r}" for old, new in vietnamese.preview(text, one.encoding))
        raise InvalidInputError(
            both(
                f"{path.name}: không ghi bảng mã của chữ, và {name} không cho thấy rõ. Giống nhất là "
                f"{one.encoding} ({one.confidence:.0%}): {shown}. Vì: {one.evidence.vi}",
                f"{path.name}: does not say the code page of its text, and {name} does not tell it. "
                f"Most like {one.encoding} ({one.confidence:.0%}): {shown}. Why: {one.evidence.en}",
            ),
            hint=both(
                f"Nếu đọc đúng thì ghi --encoding {one.encoding}; ngoài ra có tcvn3, vni, viscii, CP1258, "
                "UTF-8. --encoding unicode giữ nguyên chữ như hiện có.",
                f"If that reads well say --encoding {one.encoding}; others are tcvn3, vni, viscii, CP1258, "
                "UTF-8. --encoding unicode takes letters as they are.",
            ),
            confirm=f"--encoding {one.encoding}",
            asks=asks_encoding(text, one.encoding),
        )


def _tell(path: Path, table: FeatureTable, guess: TableGuess) -> None:
    """Note in which encoding the text was found to be, where the file does not plainly say so."""
    said = stated(path)
    for encoding in guess.encodings:
        if encoding == "unicode" or (encoding == "utf-8" and said and "8" in said):
            continue
        names = [name for name, one in guess.columns.items() if one.encoding == encoding]
        one: Guess = guess.columns[names[0]]
        text = [value for value in table.columns[names[0]] if isinstance(value, str | bytes)]
        shown = tuple(vietnamese.preview(text, encoding))
        evidence = one.evidence
        if said:
            evidence = Said("{0} Tệp ghi {1}.", "{0} The file says {1}.", (evidence, said))
        table.texts.append(DecodedText(tuple(names), encoding, one.confidence, shown, evidence))
    if len(guess.encodings) > 1:
        table.notes.append(MIXED)


def _decode(path: Path, table: FeatureTable, used: dict[str, str], usual: str) -> None:
    decoded: dict[str, list[object]] = {}
    where = _SOME_NAME
    for name, values in table.columns.items():
        encoding = used.get(name, "unicode")
        try:
            for index, value in enumerate(values):
                if isinstance(value, str | bytes):
                    where = Said("{0}, {1}", "{0}, {1}", (table.rows[index], name))
                    values[index] = vietnamese.decode_one(value, encoding)
            where = Said("tên cột {0!r}", "the column name {0!r}", (name,))
            decoded[_name(name, encoding if encoding != "ascii" else usual)] = values
        except UnicodeDecodeError as error:
            raise InvalidInputError(
                both(
                    f"{path.name}: {where.vi} không phải chữ theo bảng mã {encoding}.",
                    f"{path.name}: {where.en} is not text in {encoding}.",
                ),
                hint=both("Hãy thử --encoding khác.", "Try another --encoding."),
            ) from error
    table.columns = decoded


def _name(name: str, encoding: str) -> str:
    if name.isascii() or encoding in _AS_IT_IS:
        return name
    try:
        return vietnamese.decode_one(name.encode(BYTES_AS_TEXT), encoding)
    except UnicodeEncodeError:  # it was no bytes: a file whose names are Unicode
        return vietnamese.decode_one(name, encoding)


def note_damaged(request: ImportRequest, table: FeatureTable, used: Mapping[str, str]) -> None:
    """Note every row whose text has lost letters: as rejected, or, where that is accepted, as a warning.

    Args:
        request: says whether damaged text is accepted.
        table: the features as decoded.
        used: column -> the encoding it was in.
    """
    for name, values in table.columns.items():
        for damage in vietnamese.find_damage(values, used.get(name, "unicode")):
            what = of_cell(name, damage.text, damage.what)
            if request.accept_damaged:
                table.warnings.append((damage.index, damage_taken(what), LOOK))
            else:
                table.damaged.append((damage.index, what, DAMAGED))


def damage_taken(what: Said) -> Said:
    """Return the warning that damaged text was taken."""
    return Said("đã nhận chữ bị hỏng: {0}", "damaged text taken: {0}", (what,))


def stated(path: Path) -> str | None:
    """Return what a Shapefile says its code page is: the .cpg, else the mark in the .dbf."""
    siblings = {item.suffix.lower(): item for item in path.parent.glob(f"{path.stem}.*")}
    if path.suffix.lower() != ".shp" or ".dbf" not in siblings:
        return None
    if ".cpg" in siblings:
        return siblings[".cpg"].read_text("ascii", "replace").strip() or None
    with siblings[".dbf"].open("rb") as stream:
        mark = stream.read(_LANGUAGE_DRIVER_BYTE + 1)[-1]
    return f"code page mark {mark}" if mark else None
