"""COMMENT ON for every table and column, out of the layer descriptions."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2.extensions
from psycopg2 import sql

from layers import LAYERS, Field, Layer

PLAIN_TABLES = {
    "pole_code": "Numbers that organisations other than the owner gave a pole.",
    "pole_match": "Rows of two organisations that may be one pole: proposed, agreed on, merged or refused.",
    "pole_merge": "Which pole went into which, by whom, and whether that was undone.",
    "admin_succession": "Which administrative unit became which, and with what share of its area.",
    "lineage": "What spans and segments became when the network was cut anew.",
    "crossing": "Where cable segments cross streets; derived.",
    "near_miss": "Poles that a cable passes closely without being tied to them; derived.",
    "segment_place": "In which commune a cable segment lies today; derived.",
    "rule": "Rules of the trade that flag objects.",
    "threshold": "Values of the rules as dated, sourced data.",
    "waiver": "Findings that the authority lets pass: why, and until when.",
    "flag_coverage": "How many objects each rule looked at, and how many it could evaluate; derived.",
    "flag_run": "Flagging runs and what each changed.",
    "finding": "What rules found: one row per rule, object and zone that does not pass.",
    "import_batch": "Imports: which file, how it was read, what it did, by whom, whether it was undone.",
    "import_upload": "Files that wait to be imported: who sent them, what the trial told, the decision.",
    "photo": "Photos of poles, spans and segments: whose, when and where taken, how matched.",
    "import_profile": "What the columns of an organisation's files mean.",
    "proposal": "What organisations propose about shared facts of others' objects, and its state.",
    "proposal_event": "Every step of a proposal: who, when, from what, to what.",
    "contact": "Who answers for an organisation, by commune and subject, in order.",
    "contact_absence": "Days on which a contact does not answer; the next in order does.",
    "notice": "What contacts, coordinators and the authority are told, and what became of it.",
    "export_register": "What left the registry: who took which objects, when, in which form, and why.",
    "export_event": "What became of an export: the file that was made, a held one released or refused.",
    "alert": "What the authority should look at, such as an unusually large export.",
    "see_as": "Who of the authority looked with the eyes of which organisation, from when to when, and why.",
    "zone_recipe": "Zones that are made from what a decision says: by whom, when built, why not anew.",
    "zone_part": "The parts of such zones as written (streets, circles, former units), and what was matched.",
    "share_request": "Requests of an organisation to share a pole, mast or duct of another, and their clock.",
    "attachment_approval": "Requests and approvals of an organisation to hang on a pole of another.",
    "attachment_approval_private": "Number of the contract on an approval; for the two organisations alone.",
    "temporary_licence": "Licences to hang a cable for a while: from, until, why.",
    "plan_street": "Streets of plans: what is to be done by when, who leads, how it was accepted.",
    "dead_cable": "Cases of dead cable: of a cable, a segment or counted cables, and how far they came.",
    "dead_cable_event": "Every step of a case of dead cable: who, when, why, what was recovered.",
    "finding_note": "What an inspector noted by hand, and why it was closed.",
    "tidying_event": "Every step of a segment's tidying: who, when, from what, to what.",
}


def describe(field: Field) -> str:
    """Return a column's comment: Vietnamese title, English title, unit, note."""
    unit = f" [{field.unit}]" if field.unit else ""
    note = f". {field.note}" if field.note else ""
    return f"{field.vi} / {field.en}{unit}{note}"


def _tables(layer: Layer) -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    yield layer.table, f"{layer.vi} / {layer.en}. {layer.description}", layer.public_fields
    if layer.private_table:
        text = f"{layer.vi}: what only the owner sees / {layer.en}: private columns."
        yield layer.private_table, text, layer.private_fields
    if layer.state_table:
        text = f"{layer.vi}: số liệu suy ra / {layer.en}: derived columns that change often."
        yield layer.state_table, text, layer.state_fields


def apply_comments(connection: psycopg2.extensions.connection) -> None:
    """Write the comments of all registry tables and columns."""
    with connection.cursor() as cursor:
        for layer in LAYERS.values():
            for table, text, fields in _tables(layer):
                name = sql.Identifier("registry", table)
                cursor.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(name, sql.Literal(text)))
                for field in fields:
                    cursor.execute(
                        sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                            name, sql.Identifier(field.name), sql.Literal(describe(field))
                        )
                    )
                if table != layer.table:
                    cursor.execute(
                        sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                            name, sql.Identifier(f"{layer.key}_id"), sql.Literal(f"{layer.vi} / {layer.en}")
                        )
                    )
            if layer.geometry:
                cursor.execute(
                    sql.SQL("COMMENT ON COLUMN {}.geom IS {}").format(
                        sql.Identifier("registry", layer.table),
                        sql.Literal(f"{layer.geometry.value}, EPSG:4326"),
                    )
                )
        for table, text in PLAIN_TABLES.items():
            cursor.execute(
                sql.SQL("COMMENT ON TABLE {} IS {}").format(
                    sql.Identifier("registry", table), sql.Literal(text)
                )
            )
