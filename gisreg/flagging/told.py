"""Everything that there is to say of one object: rules, parts, notes, priority, place."""

from __future__ import annotations

from typing import Any

from gisreg.database.connection import PgConnection
from gisreg.flagging import priority
from gisreg.flagging.subject import Subject, named, parts
from gisreg.flagging.why import notes, why
from layers import LAYERS


def everything(connection: PgConnection, subject: Subject, *, all_rules: bool = False) -> dict[str, Any]:
    """Return what rules and people say of an object that the actor may see the findings of.

    Returns:
        `layer`, `id`, `name`, `title` (both languages), `rules` (gisreg.flagging.why), `parts` (of a pole:
        what hangs on it and is looked at by rules of its own, each with `layer`, `id`, `name`, `title`,
        `rules`), `notes`, `priority` (of a segment, with its parts).
    """
    hanging = parts(connection, subject)
    names = named(connection, [subject.id, *(part.id for part in hanging)])
    scores = priority.of_segments(connection, [subject.id]) if subject.layer == "segment" else {}
    told = []
    for part in hanging:
        rules = why(connection, part, everything=all_rules)
        if rules:
            told.append(_head(part, names) | {"rules": rules})
    return _head(subject, names) | {
        "rules": why(connection, subject, everything=all_rules),
        "parts": told,
        "notes": notes(connection, subject),
        "priority": scores[subject.id].json() if subject.id in scores else None,
    }


def _head(subject: Subject, names: dict[int, Any]) -> dict[str, Any]:
    called = names.get(subject.id)
    name = called.name if called else None
    layer = LAYERS[subject.layer]
    tail = f" {name}" if name else ""
    return {
        "layer": subject.layer,
        "id": subject.id,
        "name": name,
        "title": {"vi": layer.vi + tail, "en": layer.en + tail},
    }
