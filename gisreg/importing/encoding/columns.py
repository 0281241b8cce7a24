"""The encodings of a table: one for all its text as a rule, but two columns can be in two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gisreg.importing.encoding.charsets import decode_one
from gisreg.importing.encoding.detect import Guess, detect
from gisreg.said import Said

_BY_THE_OTHERS = 0.95


@dataclass(frozen=True)
class TableGuess:
    """What a table's text seems to be: the guess for the table, and for each column with text."""

    table: Guess
    columns: dict[str, Guess]

    @property
    def encodings(self) -> list[str]:
        """Return the encodings of the columns with Vietnamese letters, the most frequent first."""
        counted = Counter(guess.encoding for guess in self.columns.values() if guess.encoding != "ascii")
        return [encoding for encoding, _ in counted.most_common()]

    @property
    def certain(self) -> bool:
        """Tell whether every column's encoding may be applied without asking."""
        return all(guess.certain for guess in self.columns.values())


def detect_columns(columns: Mapping[str, Sequence[object]], words: Collection[str] = ()) -> TableGuess:
    """Return the encodings of a table's columns.

    A column of which too little is seen is taken to be in the encoding of the others, if its text can be.

    Args:
        columns: name -> cells; bytes and text are looked at.
        words: syllables known to occur, as for `detect`.
    """
    texts = {name: text for name, values in columns.items() if (text := _texts(values))}
    guesses = {name: detect(text, words) for name, text in texts.items()}
    whole = detect([value for text in texts.values() for value in text], words)
    marked = {name: guess for name, guess in guesses.items() if guess.encoding != "ascii"}
    sure = Counter(guess.encoding for guess in marked.values() if guess.certain)
    usual = sure.most_common(1)[0][0] if sure else whole.encoding
    for name, guess in marked.items():
        if not guess.certain and (bool(sure) or whole.certain) and guess.encoding == usual:
            said = Said("như các cột khác; {0}", "as the other columns; {0}", (guess.evidence,))
            guesses[name] = Guess(usual, max(guess.confidence, 0.95), said)
    if len(sure) > 1:
        parts = "; ".join(f"{name}: {guess.encoding}" for name, guess in marked.items())
        said = Said(
            "các cột theo các bảng mã khác nhau ({0}).",
            "the columns are in different encodings ({0}).",
            (parts,),
        )
        whole = Guess(usual, whole.confidence, said)
    elif sure:
        whole = Guess(
            usual, max(whole.confidence, *(one.confidence for one in marked.values())), whole.evidence
        )
    return TableGuess(whole, guesses)


def preview(values: Sequence[bytes | str], encoding: str, count: int = 3) -> list[tuple[str, str]]:
    """Return up to `count` different values before and after decoding; before: as Windows shows the bytes."""
    shown: dict[str, str] = {}
    for value in values:
        before = value.decode("cp1252", "replace") if isinstance(value, bytes) else value
        if before.isascii() or before in shown:
            continue
        try:
            shown[before] = decode_one(value, encoding)
        except UnicodeDecodeError:
            shown[before] = "\ufffd"
        if len(shown) == count:
            break
    return list(shown.items())


def _texts(values: Sequence[object]) -> list[bytes | str]:
    return [value for value in values if isinstance(value, bytes | str) and value]
