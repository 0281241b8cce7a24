"""What is said of rows, looked through: everything in both languages, and both about the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from gisreg.errors import GisregError
from gisreg.importing.problems import Problems
from gisreg.importing.request import ImportReport
from gisreg.said import Said

MARKED = re.compile(r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
"""Letters that Vietnamese has and English has not."""


def require_both(report: ImportReport) -> None:
    """Fail where a problem or a warning of a report is not said in both languages."""
    for problems in (report.problems, report.warnings):
        require_problems(problems)


def require_problems(problems: Problems) -> None:
    for one in problems.found:
        for said in (one.what, one.remedy):
            for part in parts(said):
                require_patterns(part.pattern_vi, part.pattern_en)
                assert fields(part.pattern_vi) == set(range(len(part.facts))), part
            assert quoted(said.vi) == quoted(said.en)
            assert str(said) == f"{said.vi} / {said.en}"


def require_texts(problem: dict[str, str]) -> None:
    """Fail where a problem, as answers bear it, is not said in both languages."""
    for name in ("what", "remedy"):
        vi, en = problem[f"{name}_vi"], problem[name]
        assert vi != en
        assert MARKED.search(vi), vi
        assert quoted(vi) == quoted(en)


def require_refusal(error: GisregError) -> None:
    """Fail where an error, its advice or a problem in its detail is not said in both languages."""
    assert error.advice
    for said in (error.said, error.advice):
        assert said.vi != said.en
        assert MARKED.search(said.vi), said.vi
    vi, en = (text.splitlines() for text in (error.said.vi, error.said.en))
    assert len(vi) == len(en)
    for one in error.detail.get("problems", ()):
        require_texts(one)


def parts(said: Said) -> Iterator[Said]:
    """Yield a sentence and all sentences that are a part of it."""
    yield said
    for one in said.facts:
        if isinstance(one, Said):
            yield from parts(one)


def require_patterns(vi: str, en: str) -> None:
    """Fail where a pattern lacks a language, or the two name different facts."""
    assert fields(vi) == fields(en), (vi, en)
    if any(character.isalpha() for character in words(en)):
        assert vi != en
        assert MARKED.search(words(vi)), vi
    else:
        assert words(vi) == words(en) or MARKED.search(words(vi)), (vi, en)


def fields(pattern: str) -> set[int]:
    """Return which facts a pattern names."""
    return {int(name) for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def words(pattern: str) -> str:
    """Return what a pattern says beside its facts."""
    return "".join(text for text, _, _, _ in Formatter().parse(pattern))


def quoted(text: str) -> list[str]:
    """Return the values that a sentence quotes, in any order."""
    return sorted(re.findall(r"= ('[^']*'|\"[^\"]*\")", text))
