"""An import's report as JSON, for pages and programs."""

from __future__ import annotations

from typing import Any

from gisreg.errors import GisregError
from gisreg.importing.problems import Problems, ToldProblems
from gisreg.importing.request import ImportReport

SHOWN = 200
"""Rows with problems that are spelled out; the file of rejected rows has all."""


def told(report: ImportReport) -> dict[str, Any]:
    """Return counts, mapping, reference system with places before and after, problems and warnings."""
    return {
        "dry_run": report.dry_run,
        "read": report.read,
        "new": report.inserted,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "deleted": report.deleted,
        "deletions": report.deletions[:SHOWN],
        "crs": report.crs,
        "crs_operation": report.crs_operation,
        "places": [
            {"row": label, "before": list(before), "after": list(after)}
            for label, before, after in report.places
        ],
        "columns": {column: name for name, column in report.columns.items()},
        "own_columns": list(report.own_columns),
        "dropped": list(report.dropped),
        "proposals": [
            {"column": column, "field": name, "likeness": likeness}
            for column, name, likeness in report.proposals
        ],
        "changed_fields": report.changed_fields,
        "matched": [
            {"row": label, "object": name, "metres": round(metres, 2)}
            for label, name, metres in report.matched[:SHOWN]
        ],
        "matched_count": len(report.matched),
        "texts": [
            {
                "columns": list(one.columns),
                "encoding": one.encoding,
                "confidence": round(one.confidence, 3),
                "shown": [{"before": before, "after": after} for before, after in one.shown],
                "evidence": one.evidence.en,
                "evidence_vi": one.evidence.vi,
            }
            for one in report.texts
        ],
        "notes": report.notes,
        "problems": _rows(report.problems),
        "problem_count": len(report.problems.found),
        "warnings": _rows(report.warnings),
    }


def refusal(error: GisregError) -> dict[str, Any]:
    """Return why a file was refused as a whole: message, what to do, guesses of its reference system."""
    problems = error.detail.get("problems") or []
    return {
        "error": {
            "code": error.code,
            "message": error.message,
            "message_vi": error.said.vi,
            "hint": error.hint,
            "hint_vi": error.advice.vi if error.advice else None,
            "confirm": error.detail.get("confirm"),
            "guesses": error.detail.get("guesses") or [],
            "asks": error.detail.get("asks"),
        },
        "problems": problems[:SHOWN],
        "problem_count": len(problems),
    }


def _rows(problems: Problems) -> list[dict[str, str]]:
    return ToldProblems(problems.found)[:SHOWN]
