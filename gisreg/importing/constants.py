"""Values that every row of a file gets where the file itself says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gisreg.errors import InvalidInputError, UsageError
from gisreg.importing.mapping import importable
from gisreg.importing.request import ImportRequest
from gisreg.importing.text import folded
from gisreg.importing.values import convert
from gisreg.said import MeaninglessError
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
                f"The layer {layer.key} has no dates of validity.", hint="Leave out --valid-from."
            )
        found["valid_from"] = request.valid_from
    for owner in (request.constants.get("owner"), request.owner):
        if owner is None:
            continue
        if "owner_id" not in fields:
            raise UsageError(f"The layer {layer.key} has no owner.", hint="Leave out --owner.")
        if folded(owner) not in owners:
            raise InvalidInputError(
                f"There is no organisation {owner}.", hint="Add it first, or correct --owner."
            )
        found["owner_id"] = owners[folded(owner)]
    for name, text in request.constants.items():
        if name == "owner":
            continue
        if name not in settable:
            raise UsageError(
                f"--set {name}: the layer {layer.key} has no such field.",
                hint=f"It has: {', '.join(settable)}.",
            )
        try:
            found[name] = convert(fields[name], text)
        except MeaninglessError as error:
            raise UsageError(f"--set {name}={text}: {error}.", hint="Correct the value.") from error
    return found
