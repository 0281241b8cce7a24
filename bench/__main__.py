"""Run the benchmarks on a throw-away cluster and write the manual's page of ratios.

`make bench` takes about ten minutes at full size; `--rows 2500 --zones 20` tries it in one.
`python -m bench.policies --rows 5000` measures only what row-level security costs.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import date
from pathlib import Path

from bench.cluster import throw_away

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def page(figures: dict[str, object], rows: int, zones: int) -> str:
    """Return the manual's page: what was run, on what, and the ratios of that one run."""
    seconds = figures["seconds"]
    assert isinstance(seconds, dict)
    lines = [
        "# Đo tốc độ / Benchmarks",
        "",
        "Viết bởi `make bench`. Chỉ tỷ lệ trong cùng một lần chạy mới so sánh được; số giây tuỳ máy.",
        "Written by `make bench`. Only ratios of one run compare; seconds depend on the machine.",
        "",
        f"Ran on {date.today():%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}: generated network of {rows * 21:,} poles, {rows * 2:,} cables "
        f"of 21 points, {figures['segments']:,} segments, {zones} zones of 200 vertices, "
        f"{figures['findings']:,} findings.",
        "",
        "| step | seconds | ratio to `geopandas.overlay` alone |",
        "|---|---|---|",
    ]
    names = {
        "overlay": "`geopandas.overlay` of the same segments and zones, nothing written",
        "flagging": "zone rules, first run: findings, indexes, segments' state, history",
        "flagging_again": "zone rules again, nothing changed",
        "all_rules": "all rules of the catalogue over poles, spans, segments, with coverage",
        "topology": "topology: 21 supports a cable, segments, spans, history",
    }
    overlay = float(seconds["overlay"])
    for key, name in names.items():
        lines.append(f"| {name} | {seconds[key]} | {float(seconds[key]) / overlay:.2f} |")
    lines += [
        "",
        f"Metres inside zones differ from the overlay's by {float(str(figures['metres_difference'])):.1e} "
        "of the total (the overlay is measured in the VN-2000 plane, the registry on the ellipsoid).",
        f"Peak memory of the Python process: {figures['peak_python_mb']} MB.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000, help="rows of 21 poles and 2 cables")
    parser.add_argument("--zones", type=int, default=400)
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    from bench import edits, policies
    from bench.flagging import measure

    with throw_away("bench"):
        figures = measure(arguments.rows, arguments.zones)
        after = edits.measure()
        costs = policies.measure()
    arguments.out.write_text(
        "\n".join(
            [
                page(figures, arguments.rows, arguments.zones),
                *edits.table(after, figures),
                *policies.table(costs),
            ]
        ),
        encoding="utf-8",
    )
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
