"""What a person says about a file that he sent, as far as it goes over the network."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gisreg.importing.profile import Profile
from gisreg.importing.request import ColumnOptions, ImportRequest, TableOptions

_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, Field(max_length=500, pattern=_NO_NUL)]
Texts = Annotated[dict[Text, Text], Field(max_length=200)]


def _parts(given: Any) -> Any:
    """Take `owner,code` of a form for its parts."""
    return [part.strip() for part in given.split(",") if part.strip()] if isinstance(given, str) else given


class Choices(BaseModel):
    """How to read a file and what its columns mean; everything may be left open.

    `columns`: column -> field, `own` or `drop`; `units`: column -> unit; `constants`: field -> value for
    rows where the file says nothing; `values`: field -> text in the file -> code. The others are as in
    `gisreg.importing.request` (ImportRequest, TableOptions).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Text | None = None
    profile: Annotated[str | None, Field(max_length=100, pattern=_NO_NUL)] = None
    source_layer: Text | None = None
    sheet: Text | None = None
    all_sheets: bool = False
    sheet_column: Text | None = None
    header_row: Annotated[int | None, Field(ge=1, le=1_048_576)] = None
    hidden: Literal["keep", "skip"] | None = None
    dates: Literal["dmy", "mdy"] = "dmy"
    decimal: Literal["comma", "point"] | None = None
    axes: Literal["xy", "yx"] | None = None
    crs: Annotated[str | None, Field(pattern=r"^(EPSG:[0-9]{4,6}|declared)$")] = None
    coordinates: Annotated[str | None, Field(pattern=r"^[a-z0-9+,]{1,40}$")] = None
    encoding: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,30}$")] = None
    valid_from: date | None = None
    accept_guess: bool = False
    accept_damaged: bool = False
    repair: bool = False
    keep_z: bool = False
    replace_scope: Annotated[str | None, Field(max_length=300, pattern=r"^(ward|street)=[^\x00]+$")] = None
    key: Annotated[tuple[Text, ...], BeforeValidator(_parts), Field(max_length=5)] = ()
    match_within_m: Annotated[float | None, Field(ge=0, le=50, allow_inf_nan=False)] = None
    columns: Texts = Field(default_factory=dict)
    units: Texts = Field(default_factory=dict)
    constants: Texts = Field(default_factory=dict)
    values: Annotated[dict[Text, Texts], Field(max_length=200)] = Field(default_factory=dict)

    def as_profile(self) -> Profile:
        """Return what they say of the file's kind, to be kept for other files like it."""
        blank = TableOptions()
        table = {
            name: getattr(self, name)
            for name in vars(blank)
            if name != "sheet" and getattr(self, name) != getattr(blank, name)
        }
        return Profile(
            self.columns, self.values, self.units, self.constants, table, crs=self.crs, encoding=self.encoding
        )

    def request(
        self,
        layer: str,
        path: Path,
        profile: Profile | None,
        limited_to: int | None,
        rejects: tuple[Path, ...],
    ) -> ImportRequest:
        """Return the dry run that these choices ask for.

        Args:
            layer: key of the layer.
            path: the file.
            profile: what the named profile says; the choices go before it.
            limited_to: organisation whose rows alone may be written.
            rejects: files that take the rejected rows.
        """
        asked = ImportRequest(
            layer=layer,
            path=path,
            source_layer=self.source_layer,
            crs=self.crs,
            coordinates=self.coordinates,
            accept_guess=self.accept_guess,
            encoding=self.encoding,
            accept_damaged=self.accept_damaged,
            owner=self.owner,
            constants=self.constants,
            valid_from=self.valid_from,
            dry_run=True,
            rejects=rejects,
            repair=self.repair,
            keep_z=self.keep_z,
            replace_scope=self.replace_scope,
            key=self.key,
            match_within_m=self.match_within_m,
            limited_to=limited_to,
            table=TableOptions(
                self.sheet,
                self.all_sheets,
                self.sheet_column,
                self.header_row,
                self.hidden,
                self.dates,
                self.decimal,
                self.axes,
            ),
            columns=ColumnOptions(self.columns, self.values, self.units),
        )
        return asked if profile is None else profile.apply(asked)
