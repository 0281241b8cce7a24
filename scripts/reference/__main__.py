"""`python -m scripts.reference [--check]`."""

from __future__ import annotations

import sys

from scripts.reference import stale, write

if sys.argv[1:] == ["--check"]:
    names = stale()
    print("\n".join(f"stale: docs/{name} (run: make reference)" for name in names) or "all fresh")
    sys.exit(bool(names))
for name in write():
    print(f"docs/{name}")
