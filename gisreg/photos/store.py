"""The pictures of an instance: the file as it came, the copy that is shown, the thumbnail, by digest."""

from __future__ import annotations

import os
from pathlib import Path

from gisreg.settings import get_settings

ORIGINAL, SHOWN, THUMB = "original", "shown.jpg", "thumb.jpg"


def root() -> Path:
    """Return the folder of all pictures of this instance."""
    return get_settings().home / "photos"


def path_of(sha256: str, part: str) -> Path:
    """Return where a part (ORIGINAL, SHOWN, THUMB) of the picture of that digest lies.

    Raises:
        ValueError: that is no digest.
    """
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("no SHA-256 digest")
    return root() / sha256[:2] / f"{sha256}.{part}"


def keep(sha256: str, original: bytes, shown: bytes, thumb: bytes) -> None:
    """Keep a picture; each part appears whole or not at all."""
    for part, content in ((ORIGINAL, original), (SHOWN, shown), (THUMB, thumb)):
        path = path_of(sha256, part)
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_suffix(f".{os.getpid()}.part")
        beside.write_bytes(content)
        beside.replace(path)
