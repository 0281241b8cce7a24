"""docs/reference/http.md: every endpoint, from the application's own OpenAPI description."""

from __future__ import annotations

from typing import Any

from api.app import create_app
from scripts.reference.markdown import cell, code, finish, start, table

_METHODS = ("get", "post", "put", "patch", "delete")


def page() -> str:
    """Return the page."""
    described = create_app().openapi()
    lines = start(
        "Giao diện HTTP / HTTP interface",
        "Dịch vụ tự mô tả tại `/api` (OpenAPI 3.1). Trang này được sinh từ chính mô tả đó.",
        "The service describes itself at `/api` (OpenAPI 3.1); this page is made from that. Every "
        "error is a [problem document](errors.md).",
    )
    tags: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method in (name for name in _METHODS if name in methods):
            operation = methods[method]
            shared = methods.get("parameters", [])
            tag = (operation.get("tags") or ["other"])[0]
            tags.setdefault(tag, []).extend(_operation(method, path, operation, shared))
    for tag, operations in tags.items():
        lines += [f"## {tag.capitalize()}", "", *operations]
    return finish(lines)


def _operation(method: str, path: str, operation: dict[str, Any], shared: list[Any]) -> list[str]:
    text = operation.get("description") or operation.get("summary", "")
    rows = [_parameter(item) for item in [*shared, *operation.get("parameters", [])]]
    if body := operation.get("requestBody"):
        kinds = ", ".join(code(kind) for kind in body.get("content", {}))
        rows.append([code("body"), "body", kinds, "yes" if body.get("required") else "", ""])
    head = ("Parameter", "In", "Type", "Needed", "Meaning")
    return [
        f"### {method.upper()} {code(path)}",
        "",
        *(line for part in text.split("\n\n") for line in (cell(part), "")),
        *(table(head, rows) if rows else []),
    ]


def _parameter(item: dict[str, Any]) -> list[str]:
    needed = "yes" if item.get("required") else ""
    schema = item.get("schema", {})
    return [code(item["name"]), item["in"], _type(schema), needed, cell(item.get("description", ""))]


def _type(schema: dict[str, Any]) -> str:
    options = [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]
    words = " or ".join(dict.fromkeys(str(part.get("type", "any")) for part in options))
    limits = [
        f"{sign} {part[key]}"
        for part in options
        for key, sign in (("minimum", "≥"), ("maximum", "≤"))
        if key in part
    ]
    if (default := schema.get("default")) is not None:
        limits.append(f"default {code(default)}")
    return ", ".join([words, *limits])
