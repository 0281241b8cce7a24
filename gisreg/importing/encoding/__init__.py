"""Text of files in Vietnamese encodings: which one it is in, what it says, what has been lost of it.

`detect` looks at a column, `detect_columns` at a whole table, `detect_file` at the bytes of a text file;
`decode` gives the text in NFC; `find_damage` names values of which letters are missing.
"""

from __future__ import annotations

from gisreg.importing.encoding.charsets import decode, decode_one, is_known
from gisreg.importing.encoding.columns import TableGuess, detect_columns, preview
from gisreg.importing.encoding.damage import Damage, find_damage
from gisreg.importing.encoding.detect import CERTAIN, Guess, detect, detect_file

__all__ = [
    "CERTAIN",
    "Damage",
    "Guess",
    "TableGuess",
    "decode",
    "decode_one",
    "detect",
    "detect_columns",
    "detect_file",
    "find_damage",
    "is_known",
    "preview",
]
