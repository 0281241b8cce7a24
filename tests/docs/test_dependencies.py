"""docs/dependencies.md names every direct dependency, no other, and its true licence."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import metadata
from itertools import chain

import pytest

from tests.docs.pages import MANUAL
from tests.support.accounts import CLONE

_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def listed(*headings: str) -> dict[str, tuple[str, str, str]]:
    """Return package -> why, licence, replacement of the sections of the page."""
    sections = re.split(r"^## ", (MANUAL / "dependencies.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: dict[str, tuple[str, str, str]] = {}
    for section in sections:
        if section.startswith(headings):
            found |= {name: (why, licence, other) for name, why, licence, other in _ROW.findall(section)}
    return found


def python_dependencies() -> set[str]:
    project = tomllib.loads((CLONE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    return {re.split(r"[\s<>=!~\[;]", text)[0].lower() for text in wanted}


def test_python_dependencies_are_listed() -> None:
    assert set(listed("Python")) == python_dependencies()


def test_browser_dependencies_are_listed() -> None:
    wanted = json.loads((CLONE / "package.json").read_text(encoding="utf-8"))
    assert set(listed("Trình duyệt")) == {*wanted["dependencies"], *wanted.get("devDependencies", {})}


def test_debian_packages_are_listed() -> None:
    lines = (CLONE / "scripts" / "debian-packages.txt").read_text(encoding="utf-8").splitlines()
    wanted = {line.split()[1] for line in lines if line.strip() and not line.startswith("#")}
    assert set(listed("Debian")) == wanted


@pytest.mark.parametrize("name", sorted(python_dependencies()))
def test_the_licence_is_the_one_the_package_states(name: str) -> None:
    told = metadata(name)
    classifiers = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    free_text = [text.split("\n")[0] for text in told.get_all("License") or []]
    stated = " ".join([*(told.get_all("License-Expression") or []), *free_text, *classifiers])
    family = re.split(r"[- ]", listed("Python")[name][1])[0]
    assert family in stated, f"{name}: its metadata says {stated!r}"


@pytest.mark.parametrize("name", sorted({**listed("Python"), **listed("Trình duyệt"), **listed("Debian")}))
def test_every_row_says_why_and_what_else(name: str) -> None:
    why, licence, other = listed("Python", "Trình duyệt", "Debian")[name]
    assert min(len(why.strip()), len(licence.strip()), len(other.strip())) >= 2
