"""The words with which a layer is described. Pure description: no I/O, no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The type of a column; the value is PostgreSQL's name of it (as `format_type` prints it)."""

    ID = "bigint"
    TEXT = "text"
    TEXT_LIST = "text[]"
    INTEGER = "integer"
    NUMBER = "double precision"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp with time zone"
    JSON = "jsonb"


class Geometry(StrEnum):
    """The geometry type of a layer, always stored in EPSG:4326."""

    POINT = "Point"
    LINE = "LineString"
    MULTILINE = "MultiLineString"
    MULTIPOLYGON = "MultiPolygon"


class DataClass(StrEnum):
    """What a column tells, for the rights table: who may see it depends on its class."""

    IDENTITY = "identity"
    POSITION = "position"
    OWNER = "owner"
    OCCUPANCY = "occupancy"
    HEIGHTS = "heights"
    CAPACITY = "capacity"
    CONTRACT = "contract"
    RENT = "rent"
    EXTRA = "extra"


@dataclass(frozen=True)
class Code:
    """One value of a codelist with its titles and the words engineers write for it in files."""

    value: str
    vi: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codelist:
    """A closed list of values; the table's CHECK constraint holds the same values."""

    key: str
    codes: tuple[Code, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """Return the stored values in their order of display."""
        return tuple(code.value for code in self.codes)


@dataclass(frozen=True)
class Field:
    """One column: name, type, unit, titles, aliases in files, and where it may travel.

    `required` is NOT NULL in the table; `wanted` is what an object should say of itself although the
    registry takes it without (the value `unknown` says nothing). `private` columns live in the layer's 1:1
    private table, `state` columns (derived, changing often) in its narrow 1:1 state table, so that a new
    flag or count rewrites no geometry and makes no version.
    `writable` columns may be set by people; the others are derived by the registry.
    `tile` columns travel in vector tiles; `popup` columns show when an object is clicked.
    `references` names the layer whose id the column holds.
    `shared` columns are facts that others may know better than the owner: an engineer of another
    organisation may propose a value, which the owner or the authority confirms or disputes.
    """

    name: str
    type: FieldType
    vi: str
    en: str
    unit: str | None = None
    codelist: Codelist | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    wanted: bool = False
    data_class: DataClass = DataClass.IDENTITY
    private: bool = False
    state: bool = False
    writable: bool = True
    tile: bool = False
    popup: bool = True
    references: str | None = None
    shared: bool = False
    minimum: float | None = None
    maximum: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Rule:
    """A style rule: objects whose `field` has `value` are drawn so. Rules are tried in order."""

    field: str
    value: str | bool | int
    color: str
    vi: str
    en: str
    width: float | None = None
    dash: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Style:
    """How a layer is drawn; the legend is the same data. Sizes in screen pixels.

    `color` etc. hold for objects that no rule matches; their legend entry is the layer's title.
    """

    color: str
    width: float = 2.0
    radius: float = 4.0
    fill_opacity: float = 0.15
    dash: tuple[float, ...] | None = None
    label: str | None = None
    label_min_zoom: int = 16
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Layer:
    """A layer of the registry: one table in schema `registry` and all that is said about it.

    `fields` are the layer's own columns; `all_fields` adds the common ones. Objects are drawn
    one by one from `min_zoom` on; below, tiles carry counts by cell. `shares_position`: its geometry
    is a shared fact too (see `Field.shared`).
    """

    key: str
    vi: str
    en: str
    description: str
    geometry: Geometry | None
    own_fields: tuple[Field, ...]
    common_fields: tuple[Field, ...] = ()
    natural_key: tuple[str, ...] = ()
    search_fields: tuple[str, ...] = ()
    min_zoom: int = 14
    max_zoom: int = 18
    style: Style | None = None
    editable: bool = True
    shares_position: bool = False
    order: int = 100

    @property
    def table(self) -> str:
        """Return the table's name in schema `registry`."""
        return self.key

    @property
    def private_table(self) -> str | None:
        """Return the name of the 1:1 private table, or None where the layer has none."""
        return f"{self.key}_private" if self.private_fields else None

    @property
    def state_table(self) -> str | None:
        """Return the name of the 1:1 state table, or None where the layer has none."""
        return f"{self.key}_state" if self.state_fields else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return every column but the geometry, own ones first, private ones included."""
        return self.own_fields + self.common_fields

    @property
    def public_fields(self) -> tuple[Field, ...]:
        """Return the columns of the layer's main table."""
        return tuple(item for item in self.fields if not item.private and not item.state)

    @property
    def state_fields(self) -> tuple[Field, ...]:
        """Return the columns of the layer's state table."""
        return tuple(item for item in self.fields if item.state)

    @property
    def private_fields(self) -> tuple[Field, ...]:
        """Return the columns of the layer's private table."""
        return tuple(item for item in self.fields if item.private)

    @property
    def tile_fields(self) -> tuple[Field, ...]:
        """Return the columns that travel in vector tiles (of the main and the state table)."""
        return tuple(item for item in self.fields if item.tile and not item.private)

    @property
    def shared_fields(self) -> tuple[Field, ...]:
        """Return the columns for which others may propose a value."""
        return tuple(item for item in self.public_fields if item.shared and item.writable)

    def field(self, name: str) -> Field:
        """Return the field of that name.

        Raises:
            KeyError: the layer has no such field.
        """
        for item in self.fields:
            if item.name == name:
                return item
        raise KeyError(name)
