"""Points drawn as text: every character that is not a space or a dot names the point where it stands."""

from __future__ import annotations

from textwrap import dedent

Point = tuple[float, float]


class Grid:
    """A drawing of named points; a column is `step_m` metres to the east, a line so many to the south.

    A name that stands twice is an error: a drawing says where each point is once.
    """

    def __init__(self, drawing: str, step_m: float = 10.0):
        lines = dedent(drawing).strip("\n").splitlines()
        self.points: dict[str, Point] = {}
        for row, line in enumerate(lines):
            for column, name in enumerate(line):
                if name in " .":
                    continue
                if name in self.points:
                    raise ValueError(f"{name} stands twice in the drawing")
                self.points[name] = (column * step_m, (len(lines) - 1 - row) * step_m)

    def __getitem__(self, name: str) -> Point:
        return self.points[name]

    def line(self, names: str) -> list[Point]:
        """Return the points of a line or ring, named by one character each."""
        return [self.points[name] for name in names.replace(" ", "")]

    @property
    def poles(self) -> dict[str, Point]:
        """Return the points that stand for poles: those named by capital letters."""
        return {name: point for name, point in self.points.items() if name.isupper()}
