"""CSV as people save it: any delimiter, any line end, quoted or not."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path

from gisreg.errors import InvalidInputError
from gisreg.importing import encoding as vietnamese
from gisreg.importing.tables.decoded import BYTES_AS_TEXT, Words, no_code_page
from gisreg.importing.tables.grid import Grid, check_width
from gisreg.said import both

DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 200
_LOOKED_AT_LETTERS = 200_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(path: Path, encoding: str | None = None, words: Words = frozenset) -> Grid:
    """Read a text table.

    Args:
        path: the file.
        encoding: its encoding; None: what its byte order mark says, else UTF-8, else bytes, to be decoded
            column by column.
        words: gives syllables that occur in the registry, by which text is recognised.

    Raises:
        InvalidInputError: it is empty, binary, not in this code page, or broken off inside a quote.
        UsageError: there is no such code page.
    """
    text, is_bytes = _text(path, encoding, words)
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, text, shift = first.strip()[4], rest, 1
    else:
        delimiter, shift = delimiter_of(text), 0
    cells, numbers = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for row in reader:
            cells.append(row)
            numbers.append(line + 1 + shift)
            line = reader.line_num
            check_width(path.name, len(row))
    except csv.Error as error:
        raise InvalidInputError(
            both(
                f"{path.name}: không đọc được dòng {reader.line_num + shift}: {error}.",
                f"{path.name}: line {reader.line_num + shift} cannot be read: {error}.",
            ),
            hint=both(
                "Tệp có thể bị đứt giữa chừng, hoặc thiếu dấu nháy; hãy xuất lại.",
                "The file may be broken off, or a quotation mark is missing; export it again.",
            ),
        ) from error
    return Grid(path.stem, cells, numbers, is_bytes=is_bytes)


def delimiter_of(text: str) -> str:
    """Return the delimiter that divides the first lines most evenly into more than one column."""
    # Not splitlines: it takes bytes of old encodings for ends of lines.
    sample = "\n".join(re.split("\r\n|\r|\n", text[:_LOOKED_AT_LETTERS])[:_LOOKED_AT])
    best: tuple[float, int, str] = (0.0, 0, DELIMITERS[0])
    for delimiter in DELIMITERS:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
            widths = [len(row) for row in reader if any(cell.strip() for cell in row)]
        except csv.Error:
            continue
        width, rows = (
            Counter(width for width in widths if width > 1).most_common(1)[0]
            if any(width > 1 for width in widths)
            else (0, 0)
        )
        if rows and (rows / len(widths), width) > best[:2]:
            best = (rows / len(widths), width, delimiter)
    return best[2]


def text_of(path: Path, words: Words) -> str:
    """Return the text of a file that is no table, all of one encoding.

    Args:
        path: the file.
        words: syllables of the registry, by which the encoding is recognised.

    Raises:
        InvalidInputError: as `read_csv`, and where the encoding does not show.
    """
    text, is_bytes = _text(path, None, words)
    if not is_bytes:
        return text
    content = text.encode(BYTES_AS_TEXT)
    guess = vietnamese.detect_file(content, words())
    if not guess.certain:
        lines = [line for line in content.splitlines() if not line.isascii()]
        shown = ", ".join(f"{old!r} = {new!r}" for old, new in vietnamese.preview(lines, guess.encoding))
        raise InvalidInputError(
            both(
                f"{path.name}: không ghi bảng mã của chữ. Giống nhất là {guess.encoding} "
                f"({guess.confidence:.0%}): {shown}. Vì: {guess.evidence.vi}",
                f"{path.name}: does not say the code page of its text. Most like {guess.encoding} "
                f"({guess.confidence:.0%}): {shown}. Why: {guess.evidence.en}",
            ),
            hint=both("Hãy lưu tệp theo UTF-8.", "Save it as UTF-8."),
        )
    return vietnamese.decode_one(content, guess.encoding)


def _text(path: Path, encoding: str | None, words: Words) -> tuple[str, bool]:
    """Return a file's text, and whether each character stands for a byte, to be decoded column by column."""
    content = path.read_bytes()
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is not None and not vietnamese.is_known(encoding):
        raise no_code_page(encoding)
    if encoding is None and marked is None and not _is_utf8(content, words):
        return content.decode(BYTES_AS_TEXT), True
    try:
        text = content.decode(marked) if marked else vietnamese.decode_one(content, encoding or "utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            both(
                f"{path.name}: chữ trong tệp không theo bảng mã {error.encoding} (byte {error.start + 1:,}).",
                f"{path.name}: its text is not {error.encoding} (byte {error.start + 1:,}).",
            ),
            hint=both(
                "Nêu bảng mã bằng --encoding, ví dụ --encoding CP1258.",
                "Say the code page with --encoding, for example --encoding CP1258.",
            ),
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise InvalidInputError(
            both(
                f"{path.name}: dòng {line} có ký tự NUL: đây không phải bảng dạng chữ.",
                f"{path.name}: line {line} holds the character NUL: this is no text table.",
            ),
            hint=both(
                "Hãy xuất lại thành CSV theo UTF-8; UTF-16 cần dấu thứ tự byte hoặc --encoding UTF-16-LE.",
                "Export it again as CSV in UTF-8; UTF-16 needs its byte order mark or --encoding UTF-16-LE.",
            ),
        )
    return text, False


def _is_utf8(content: bytes, words: Words) -> bool:
    """Tell whether bytes are UTF-8, and not by chance: a few words of VISCII can be."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if content.isascii():
        return True
    guess = vietnamese.detect_file(content, words())
    return not guess.certain or guess.encoding.startswith(("utf-8", "utf-16", "mojibake", "unicode"))
