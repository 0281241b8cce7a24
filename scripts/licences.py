"""`python -m scripts.licences`: the licences of all that is installed for gisreg, by part.

Python packages as their own metadata state them (those of requirements.lock), browser libraries as
npm's packages state them. Exit code 1 when a package states none.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from maps.assets import licences

LOCK = Path(__file__).parents[1] / "requirements.lock"
UNKNOWN = "not stated"


def python_packages() -> Iterator[tuple[str, str, str]]:
    """Yield name, version and licence of the locked Python packages that are installed here."""
    for name in re.findall(r"^([a-z0-9][\w.-]*)==", LOCK.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            told = metadata(name)
        except PackageNotFoundError:
            continue  # locked for another platform
        classified = [
            line.rsplit(" :: ", 1)[1]
            for line in told.get_all("Classifier") or []
            if line.startswith("License :: ") and not line.endswith("OSI Approved")
        ]
        stated = told.get_all("License-Expression") or classified or told.get_all("License") or [UNKNOWN]
        yield name, told["Version"], ", ".join(stated).split("\n")[0]


def browser_packages() -> Iterator[tuple[str, str, str]]:
    """Yield name, version and licence of what map pages load. Raises NotFoundError without them."""
    for item in licences():
        yield item.name, item.version, item.licence


def main() -> int:
    """Print the lists; return the exit code."""
    stated = True
    for title, packages in (("Python", python_packages()), ("Browser", browser_packages())):
        print(f"# {title}")
        for name, version, licence in sorted(packages):
            print(f"{name}\t{version}\t{licence}")
            stated = stated and licence != UNKNOWN
    return 0 if stated else 1


if __name__ == "__main__":
    sys.exit(main())
