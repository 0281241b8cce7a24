"""GeoPackages of generated poles, as a carrier would send them: the same bytes of data in every run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyogrio

OWNER = "BENCH-CARRIER"
LABEL = "Dữ liệu sinh tự động để đo tốc độ / generated for benchmarks"

_WEST, _SOUTH = 105.95, 20.30
_STREET = 60
"""Poles of one street."""
_STEP_LON, _STEP_LAT = 0.00034, 0.0009
"""Degrees between neighbours on a street (35 m), and between streets (100 m)."""
_STREETS_ACROSS = 30

_KINDS = ["Cột viễn thông"] * 6 + ["Cột hạ thế"] * 3 + ["Cột trung thế", "Cột chiếu sáng", "Không rõ"]
_MATERIALS = ["BTLT"] * 7 + ["Bê tông vuông"] * 3 + ["Thép", "Không rõ"]
_CONDITIONS = ["Tốt"] * 7 + ["Xuống cấp"] * 2 + ["Hư hỏng"]
_STATES = ["Đang sử dụng"] * 19 + ["Không sử dụng"]
_NAMES = (
    "Nguyễn Huệ",
    "Trần Hưng Đạo",
    "Lê Lợi",
    "Hai Bà Trưng",
    "Quang Trung",
    "Lý Thường Kiệt",
    "Bạch Đằng",
)
_REMARKS = (
    "nghiêng về phía đường",
    "cần bó gọn cáp",
    "dùng chung với điện lực",
    "vướng cây xanh, chờ cắt tỉa",
    "đã gia cố móng",
)
_BATCH = 50_000


def write_poles(path: Path, count: int, *, with_own: bool = False) -> None:
    """Write poles into the layer `cot` of a GeoPackage with a spatial index, in EPSG:4326.

    Args:
        path: the file; one that is there is replaced.
        count: how many poles; the first ones are the same whatever the count.
        with_own: add a remark and two columns that are no field of the registry.
    """
    path.unlink(missing_ok=True)
    schema = _batch(0, 1, with_own).schema
    batches = (_batch(start, min(start + _BATCH, count), with_own) for start in range(0, count, _BATCH))
    pyogrio.raw.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        layer="cot",
        driver="GPKG",
        geometry_name="geom",
        geometry_type="Point",
        crs="EPSG:4326",
        dataset_options={"VERSION": "1.3"},
        layer_options={"DESCRIPTION": LABEL},
    )


def _batch(start: int, stop: int, with_own: bool) -> pa.RecordBatch:
    return _whole_batch(start, with_own).slice(0, stop - start)


def _whole_batch(start: int, with_own: bool) -> pa.RecordBatch:
    number = np.arange(start, start + _BATCH)
    # Dice of its own for each batch, and all of it thrown: rows do not depend on how many are wanted.
    dice = np.random.default_rng(start)
    street, place = np.divmod(number, _STREET)
    column, row = street % _STREETS_ACROSS, street // _STREETS_ACROSS
    x = _WEST + (column * _STREET + place) * _STEP_LON + dice.normal(0, 0.00002, len(number))
    y = _SOUTH + row * _STEP_LAT + dice.normal(0, 0.00002, len(number))
    columns: dict[str, pa.Array] = {
        "Mã cột": pa.array([f"HY{one // _STREET:06d}/{one % _STREET + 1:02d}" for one in number.tolist()]),
        "Loại cột": _drawn(dice, _KINDS, len(number)),
        "Vật liệu": _drawn(dice, _MATERIALS, len(number)),
        "Chiều cao (m)": pa.array(dice.choice([6.5, 7.0, 7.3, 8.5, 10.0, 12.0], len(number))),
        "Độ nghiêng": pa.array(np.round(dice.gamma(1.2, 1.5, len(number)).clip(0, 60), 1)),
        "Hiện trạng": _drawn(dice, _CONDITIONS, len(number)),
        "Tình trạng": _drawn(dice, _STATES, len(number)),
        "Ngày dựng": _days(dice, date(1998, 1, 1), 9000, len(number)),
        "Có gông gom": pa.array(dice.random(len(number)) < 0.4),
        "Sai số": pa.array(np.round(dice.gamma(2.0, 1.2, len(number)), 2)),
        "Ngày khảo sát": _days(dice, date(2024, 1, 1), 600, len(number)),
    }
    if with_own:
        remark = _drawn(dice, _REMARKS, len(number)).to_numpy(zero_copy_only=False)
        remark[dice.random(len(number)) > 0.3] = None
        columns |= {
            "Ghi chú": pa.array(remark, pa.string()),
            "Tên đường": pa.array(
                [f"{_NAMES[one % len(_NAMES)]} {one // len(_NAMES)}" for one in street.tolist()]
            ),
            "Số sợi cáp treo": pa.array(dice.integers(0, 12, len(number))),
        }
    return pa.RecordBatch.from_pydict(columns | {"geom": pa.array(_points(x, y), pa.binary())})


def _drawn(dice: np.random.Generator, words: list[str] | tuple[str, ...], count: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(dice.integers(0, len(words), count), list(words)).cast(pa.string())


def _days(dice: np.random.Generator, first: date, span: int, count: int) -> pa.Array:
    days = np.datetime64(first, "D") + dice.integers(0, span, count).astype("timedelta64[D]")
    return pa.array(days.astype("datetime64[D]"), pa.date32())


def _points(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> list[bytes]:
    """Return points as WKB: little endian, type 1, two doubles."""
    records = np.empty(len(x), dtype=[("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
    records["order"], records["type"], records["x"], records["y"] = 1, 1, x, y
    whole, size = records.tobytes(), records.itemsize
    return [whole[at : at + size] for at in range(0, len(whole), size)]
