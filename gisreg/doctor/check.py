"""What a check answers, and how the list of checks is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import psycopg2

from gisreg.errors import GisregError


class Outcome(StrEnum):
    """How a check came out; only `fail` makes the doctor's exit code 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Answer:
    """Outcome, what was found, and what to do next."""

    outcome: Outcome
    found: str
    hint: str = ""


Check = Callable[[], Answer]


def ok(found: str) -> Answer:
    """Return the answer of a check that found everything in order."""
    return Answer(Outcome.OK, found)


def warn(found: str, hint: str) -> Answer:
    """Return the answer of a check that found something to look at."""
    return Answer(Outcome.WARN, found, hint)


def fail(found: str, hint: str) -> Answer:
    """Return the answer of a check that found something that keeps gisreg from working."""
    return Answer(Outcome.FAIL, found, hint)


def title(check: Check) -> str:
    """Return the check's title, the first line of its docstring."""
    return (check.__doc__ or check.__name__).strip().splitlines()[0].rstrip(".")


def examine(checks: Iterable[Check]) -> Iterator[tuple[str, Answer]]:
    """Yield title and answer of each check; one that cannot be done is a failure, not an exception."""
    for check in checks:
        try:
            answer = check()
        except GisregError as error:
            answer = fail(error.message, error.hint or "")
        except psycopg2.Error as error:
            answer = fail(f"The database answered: {str(error).strip()}", "See the database's log.")
        yield title(check), answer
