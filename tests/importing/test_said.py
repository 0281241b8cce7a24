"""Why rows are rejected is said in Vietnamese and English, wherever it is made and wherever it is shown."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest

import gisreg
from gisreg import errors
from gisreg import said as room
from gisreg.errors import GisregError
from gisreg.importing.problems import Problem, Problems, all_reasons, all_remedies
from gisreg.importing.request import ImportReport
from gisreg.importing.told import refusal, told
from gisreg.said import MeaninglessError, Said, both, correct, listed, of_cell
from tests.importing.conftest import point
from tests.importing.in_both import MARKED, fields, parts, require_patterns

ROOM = Path(gisreg.__file__).parent / "importing"
FINISHED = {"zone_rows.py", "dependants.py", "problems.py"}
"""Where sentences come finished, from the database and from titles of layers, or are put together of rows'."""

POLES = (
    "Mã cột,Chiều cao (m),Vật liệu,Ngày khảo sát,owner,Kinh độ,Vĩ độ",
    "C-01,8,BTLT,2025-12-31,,106.34,20.45",
    "C-02,800,jelly,31/31/2025,Nobody,106.341,20.45",
    "C-03,eight,gỗ,12/31/2025,,106.342,91",
    "C-04,9,gỗ,,,20.45,106.343",
    "C-05,9,gỗ,,,106.344,20.45",
    "C-05,10,gỗ,,,106.344,20.45",
    "1E5,12 kg,,,,x,20.45",
    '"<b>{0} & co</b>","12,345",,,,106.35,20.45',
    "C-07,8 m,Hà N?i,,,106.35,20.45",
)

ERRORS = {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, GisregError)
}


@pytest.fixture
def poles(tmp_path: Path) -> Path:
    """Return a file in which nearly everything is wrong that can be with a cell or a place."""
    path = tmp_path / "poles.csv"
    path.write_text("\n".join(POLES), encoding="utf-8")
    return path


def calls() -> Iterator[tuple[str, ast.Call, str, bool]]:
    """Yield every call of the importing room: file, call, name of what is called, whether within an error."""
    for path in sorted(ROOM.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, called, within in _called(tree, within=False):
            yield path.relative_to(ROOM).as_posix(), node, called, within


def _called(tree: ast.AST, *, within: bool) -> Iterator[tuple[ast.Call, str, bool]]:
    for node in ast.iter_child_nodes(tree):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called:
            assert isinstance(node, ast.Call)
            yield node, called, within
        yield from _called(node, within=within or called in ERRORS)


def test_every_sentence_in_the_code_is_whole() -> None:
    """Also those that no file of the tests brings out: patterns are literal text and name the same facts.

    What is said once, of a file, may be finished: within an error. Sentences about rows share their patterns.
    """
    seen = 0
    for file, call, name, within_error in calls():
        assert name != "both" or within_error or file in FINISHED, f"{file}:{call.lineno}"
        if name != "Said" or file == "said.py":
            continue
        vi, en = (ast.literal_eval(one) for one in call.args[:2])
        require_patterns(vi, en)
        given = call.args[2] if call.args[2:] else ast.Tuple([])
        if isinstance(given, ast.Tuple):
            assert fields(vi) == set(range(len(given.elts))), f"{file}:{call.lineno}"
        seen += 1
    assert seen > 50


def test_what_such_a_file_brings_out(poles: Path, take: Callable[..., ImportReport]) -> None:
    """The fixture `take` looks through all that is said; here, that it is said at all."""
    report = take("pole", poles, crs="EPSG:4326", dry_run=True)

    assert report.rejected == 8
    everything = {(one.what.vi, one.what.en) for one in report.problems.found}
    assert everything >= {
        ("Chiều cao (m) = '800': phải từ 1 đến 60 m.", "Chiều cao (m) = '800': expected 1 to 60 m."),
        (
            "Chiều cao (m) = 'eight': phải là số tính bằng m.",
            "Chiều cao (m) = 'eight': expected a number in m.",
        ),
        (
            "owner = 'Nobody' không phải là đơn vị nào trong sổ.",
            "owner = 'Nobody' is no organisation of the registry.",
        ),
        (
            "Mã cột = '1E5': bảng tính đã đổi mã thành luỹ thừa của mười.",
            "Mã cột = '1E5': the spreadsheet made a power of ten of it.",
        ),
        (
            "Vật liệu = 'Hà N?i': có chữ cái bị thay bằng ? khi chuyển đổi.",
            "Vật liệu = 'Hà N?i': letters were replaced by ? when it was converted.",
        ),
        (
            "nằm ở 20.45000 106.34300, ngoài vùng của sổ (102 7 118 24): kinh độ và vĩ độ có vẻ bị đổi chỗ.",
            "it lies at 20.45000 106.34300, outside the registry's area (102 7 118 24): "
            "longitude and latitude look exchanged.",
        ),
        ("có cùng owner_id và code với row 7 (C-05).", "has the same owner_id and code as row 7 (C-05)."),
    }


def test_the_words_of_a_file_are_no_pattern(geojson: Any, refused: Any) -> None:
    hostile = "{0} {1!r} {x} <b>%s</b>"
    error = refused("pole", geojson(({"code": "A", "height": hostile}, point(106.3, 20.4))))

    (problem,) = error.detail["problems"]
    assert problem["what"] == f"height = {hostile!r}: expected a number in m."
    assert problem["what_vi"] == f"height = {hostile!r}: phải là số tính bằng m."
    assert both(hostile, hostile[::-1]).vi == hostile


def test_rows_of_the_same_cell_share_what_is_said(geojson: Any, take: Any) -> None:
    rows = [({"code": f"C-{n}", "height": "tám"}, point(106.3 + n / 1e4, 20.4)) for n in range(20)]
    report = take("pole", geojson(*rows), dry_run=True)

    assert len(report.problems.found) == 20
    assert len({id(one.what) for one in report.problems.found}) == 1
    assert len({id(one.remedy) for one in report.problems.found}) == 1


def test_what_answers_bear(poles: Path, take: Any, refused: Any) -> None:
    report = told(take("pole", poles, crs="EPSG:4326", dry_run=True))
    error = refused("pole", poles, crs="EPSG:4326")

    assert json.loads(json.dumps(report["problems"])) == refusal(error)["problems"]
    assert report["problem_count"] == refusal(error)["problem_count"] == len(error.detail["problems"])
    for one in report["problems"]:
        assert set(one) == {"row", "what_vi", "what", "remedy_vi", "remedy"}
        assert f"  {one['row']}: {one['what_vi']}" in error.said.vi.splitlines()
        assert f"  {one['row']}: {one['what']}" in error.said.en.splitlines()
        assert one["remedy_vi"] in error.advice.vi
        assert one["remedy"] in error.advice.en
    assert error.detail["problems"][-1] == report["problems"][-1]


@pytest.mark.parametrize("kind", ["xlsx", "gpkg"])
def test_files_of_rejected_rows_have_both(poles: Path, tmp_path: Path, take: Any, kind: str) -> None:
    rejects = tmp_path / f"rejects.{kind}"
    report = take("pole", poles, crs="EPSG:4326", dry_run=True, rejects=(rejects,))

    if kind == "xlsx":
        head, *rows = openpyxl.load_workbook(rejects)["rejected"].iter_rows(values_only=True)
        found = [dict(zip(head, row, strict=True)) for row in rows]
    else:
        found = pyogrio.read_dataframe(rejects).to_dict("records")

    assert len(found) == report.rejected
    for row in found:
        number = int(row["import_row"].removeprefix("row ")) - 2
        here = [one for one in report.problems.found if one.index == number]
        assert here
        vi, slash, en = row["import_reason"].partition(" / ")
        assert slash
        for one in here:
            assert one.what.vi.rstrip(".") in vi
            assert one.what.en.rstrip(".") in en
        vi, _, en = row["import_remedy"].partition(" / ")
        assert all(one.remedy.vi in vi and one.remedy.en in en for one in here)
    # Several reasons: all of them in Vietnamese, and then all in English.
    first = found[0]["import_reason"]
    assert first.index("phải là một trong") < first.index(" / ") < first.index("expected one of")


def test_the_sheet_of_rejected_rows_is_readable(poles: Path, tmp_path: Path, take: Any) -> None:
    rejects = tmp_path / "rejects.xlsx"
    take("pole", poles, crs="EPSG:4326", dry_run=True, rejects=(rejects,))
    sheet = openpyxl.load_workbook(rejects)["rejected"]
    assert sheet.freeze_panes == "A2"
    for column in sheet.iter_cols(min_row=1):
        is_sentence = column[0].value in ("import_reason", "import_remedy")
        assert {bool(cell.alignment.wrap_text) for cell in column} == {is_sentence}
        assert {cell.alignment.vertical for cell in column if cell.value is not None} == {"top"}
        assert (sheet.column_dimensions[column[0].column_letter].width > 50) == is_sentence


def test_one_row_and_one_remedy_once() -> None:
    problems = Problems("f.csv")
    for cell in ("x", "y"):
        problems.add(
            "row 2", of_cell("cao", cell, Said("phải là số", "expected a number")), correct("cao"), 0
        )
    assert all_reasons(problems.found) == (
        "cao = 'x': phải là số; cao = 'y': phải là số / "
        "cao = 'x': expected a number; cao = 'y': expected a number"
    )
    assert str(all_remedies(problems.found)) == "Sửa lại cao. / Correct cao."
    assert problems.remedies() == ["Sửa lại cao. / Correct cao."]
    assert problems.lines() == [
        f"  row 2: cao = '{cell}': phải là số. / cao = '{cell}': expected a number." for cell in "xy"
    ]


def test_sentences_within_sentences() -> None:
    both = listed((Said("bỏ {0} điểm", "{0} points gone", (2,)), Said("đã nối", "joined")), ", ")
    whole = Said("hình đã sửa: {0}.", "mended: {0}.", (both,))
    assert str(whole) == "hình đã sửa: bỏ 2 điểm, đã nối. / mended: 2 points gone, joined."
    assert len(list(parts(whole))) == 4
    assert str(MeaninglessError(whole)) == whole.en
    assert Problem("row 1", whole, room.LOOK).json() == {
        "row": "row 1", "what_vi": whole.vi, "what": whole.en,
        "remedy_vi": "Hãy xem lại.", "remedy": "Look at it.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("vi", "en"),
    [
        ("cần {0}", "expected {1}"),  # other facts
        ("expected {0}", "expected {0}"),  # one language twice
        ("expected", "it was expected"),  # English twice
    ],
)
def test_the_look_through_finds_faults(vi: str, en: str) -> None:
    with pytest.raises(AssertionError):
        require_patterns(vi, en)
    assert MARKED.search("Đường")
    assert not MARKED.search("Straße, naïve, 'x': {0}")
