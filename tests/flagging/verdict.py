"""How a measured value is judged: the words that every rule shares (DOMAIN 7.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal


class Ambiguous(Exception):
    """A value that was computed from shapes lies so near to its limit that the last digits decide."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of an object; `value` is None where nobody measured.

    `spare` is how far the value lies on the right side of its limit. What hangs by a hair is `unclear`: two correct
    programs may differ there.
    """

    outcome: Literal["pass", "fail", "borderline", "not evaluable", "unclear"]
    value: float | None
    spare: float = 0.0


UNKNOWN = Verdict("not evaluable", None)
UNCLEAR = Verdict("unclear", None)
Verdicts = dict[tuple[str, int], Verdict]
"""By rule and id of the object."""


def clearly(say: Callable[..., Verdict | None], *asked: Any) -> Verdict | None:
    """Return what an oracle says of one object (None: the rule does not apply), unclear where a hair decides."""
    try:
        return say(*asked)
    except Ambiguous:
        return UNCLEAR


@contextmanager
def doubting(found: dict[Any, Verdict], key: Any) -> Iterator[None]:
    """Have an object be unclear, and not the whole town, where the last digits decide inside the block."""
    try:
        yield
    except Ambiguous:
        found[key] = UNCLEAR


def judge(
    value: float | None,
    limit: float | None,
    side: Literal["below", "above"],
    tolerance: float = 0.0,
    doubt: float = 0.0,
) -> Verdict:
    """Return what a value is: failing only if it does within its tolerance too.

    Args:
        doubt: how exactly the value is known to the oracle.

    Raises:
        Ambiguous: the doubt decides.
    """
    if value is None or limit is None:
        return Verdict("not evaluable", None)
    sign = 1 if side == "below" else -1
    if doubt and min(abs(value - limit), abs(value + sign * tolerance - limit)) < doubt:
        raise Ambiguous
    spare = sign * (value - limit)
    if not sign * value < sign * limit:
        return Verdict("pass", value, spare)
    certain = sign * (value + sign * tolerance) < sign * limit
    return Verdict("fail" if certain else "borderline", value, spare)


ORDER = {"fail": 0, "borderline": 0, "not evaluable": 1, "pass": 2}


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict that counts where several are given: the worst failing, then unknown, then passing."""
    return min(verdicts, key=lambda verdict: (ORDER[verdict.outcome], verdict.spare))
