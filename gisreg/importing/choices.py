"""What a person says about a file that he sent, as far as it goes over the network."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gisreg.importing.profile import Profile
from gisreg.importing.request import ColumnOptions, ImportRequest, TableOptions

_NO_NUL = r"^[^\x00]*$"
Text = Annotated[str, Field(max_length=500, pattern=_NO_NUL)]
Texts = Annotated[dict[Text, Text], Field(max_length=200)]


class Choices(BaseModel):
    """How to read a file and what its columns mean; everything may be left open.

    `columns`: column -> field, `own` or `drop`; `units`: column -> unit; `constants`: field -> value for
    rows where the file says nothing; `values`: field -> text in the file -> code.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Text | None = None
    profile: Annotated[str | None, Field(max_length=100, pattern=_NO_NUL)] = None
    source_layer: Text | None = None
    sheet: Text | None = None
    crs: Annotated[str | None, Field(pattern=r"^(EPSG:[0-9]{4,6}|declared)$")] = None
    coordinates: Annotated[str | None, Field(pattern=r"^[a-z0-9+,]{1,40}$")] = None
    encoding: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,30}$")] = None
    valid_from: date | None = None
    accept_guess: bool = False
    accept_damaged: bool = False
    repair: bool = False
    columns: Texts = Field(default_factory=dict)
    units: Texts = Field(default_factory=dict)
    constants: Texts = Field(default_factory=dict)
    values: Annotated[dict[Text, Texts], Field(max_length=200)] = Field(default_factory=dict)

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
            limited_to=limited_to,
            table=TableOptions(sheet=self.sheet),
            columns=ColumnOptions(self.columns, self.values, self.units),
        )
        return asked if profile is None else profile.apply(asked)
