"""What every part of a page has in common: one call of a browser module with a JSON argument."""

from __future__ import annotations

from typing import Any, ClassVar

from branca.element import MacroElement
from folium.template import Template


class PagePart(MacroElement):  # type: ignore[misc]
    """A Folium element that writes `gisreg.<function>(map, {...})` and nothing else."""

    function: ClassVar[str]
    in_saved: ClassVar[bool] = False
    """Whether a part that one audience adds also works inside a saved page, which has no server to ask."""
    config: dict[str, Any]

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            gisreg.{{ this.function }}({{ this._parent.get_name() }}, {{ this.config|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        """Keep the JSON argument of the call."""
        super().__init__()
        self._name = type(self).__name__
        self.config = config or {}
