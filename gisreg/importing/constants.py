"""Values that every row of a file gets where the file itself says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.mapping import importable
from gisreg.importing.request import ImportRequest
from gisreg.importing.text import folded
from gisreg.importing.values import convert
from gisreg.said import MeaninglessError, both
from layers import Layer


def constants(layer: Layer, request: ImportRequest, owners: Mapping[str, int]) -> dict[str, Any]:
    """Return field -> value of what the request says for all rows.

    Args:
        layer: the layer imported into.
        request: owner, valid_from and constants are read.
        owners: organisation id by folded code, name or alias.

    Raises:
        UsageError: something is said for a field that the layer does not have, or means nothing there.
        InvalidInputError: the owner is no organisation of the registry.
    """
    fields = {field.name: field for field in importable(layer)}
    settable = [name for name, field in fields.items() if not field.references and name != "extra"]
    found: dict[str, Any] = {}
    if request.valid_from is not None:
        if "valid_from" not in fields:
            raise UsageError(
                both(
                    f"Lớp {layer.key} không có ngày hiệu lực.",
                    f"The layer {layer.key} has no dates of validity.",
                ),
                hint=both("Bỏ --valid-from.", "Leave out --valid-from."),
            )
        found["valid_from"] = request.valid_from
    for owner in (request.constants.get("owner"), request.owner):
        if owner is None:
            continue
        if "owner_id" not in fields:
            raise UsageError(
                both(f"Lớp {layer.key} không có đơn vị chủ quản.", f"The layer {layer.key} has no owner."),
                hint=both("Bỏ --owner.", "Leave out --owner."),
            )
        if folded(owner) not in owners:
            raise InvalidInputError(
                both(f"Không có đơn vị {owner}.", f"There is no organisation {owner}."),
                hint=both(
                    "Hãy thêm đơn vị này trước, hoặc sửa --owner.", "Add it first, or correct --owner."
                ),
            )
        found["owner_id"] = owners[folded(owner)]
    for name, text in request.constants.items():
        if name == "owner":
            continue
        if name not in settable:
            raise UsageError(
                both(
                    f"--set {name}: lớp {layer.key} không có trường này.",
                    f"--set {name}: the layer {layer.key} has no such field.",
                ),
                hint=both(f"Lớp có: {', '.join(settable)}.", f"It has: {', '.join(settable)}."),
            )
        try:
            found[name] = convert(fields[name], text)
        except MeaninglessError as error:
            raise UsageError(
                both(f"--set {name}={text}: {error.said.vi}.", f"--set {name}={text}: {error.said.en}."),
                hint=both("Sửa lại giá trị.", "Correct the value."),
            ) from error
    return found
