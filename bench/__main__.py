"""Run the benchmarks on throw-away clusters and write the manual's page of ratios.

`make bench` takes about half an hour at full size; `--rows 2500 --zones 20 --poles 20000` tries it in two
minutes. `--only network` (topology, flagging, edits, policies), `--only growth` (flagging of a tenth and of
all) or `--only importing` runs a part, and leaves the rest of the page.
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
PARTS = ("network", "growth", "importing")
HEAD = (
    "# Đo tốc độ / Benchmarks",
    "",
    "Viết bởi `make bench`. Chỉ tỷ lệ trong cùng một lần chạy mới so sánh được; số giây tuỳ máy.",
    "Written by `make bench`. Only ratios of one run compare; seconds depend on the machine.",
    "",
)


def network_table(figures: dict[str, object], rows: int, zones: int) -> list[str]:
    """Return the lines on topology and flagging: what was run, on what, and the ratios of that one run."""
    from bench.flagging import ROUNDS

    seconds = figures["seconds"]
    assert isinstance(seconds, dict)
    lines = [
        f"Ran on {_machine()}: generated network of {rows * 21:,} poles, {rows * 2:,} cables "
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
        "all_rules": "all rules of the catalogue over all layers, with coverage, for the first time",
        "all_rules_again": "all rules again, nothing changed",
        "topology": "topology: 21 supports a cable, segments, spans, history",
    }
    overlay = float(seconds["overlay"])
    times = float(seconds["all_rules"]) / float(seconds["flagging"])
    for key, name in names.items():
        lines.append(f"| {name} | {seconds[key]} | {float(seconds[key]) / overlay:.2f} |")
    return [
        *lines,
        "",
        f"Of the overlay and the zone rules medians of {ROUNDS} runs. The first run of all rules takes "
        f"{times:.1f} times the first one of the zone rules, and writes {figures['all_findings']:,} findings "
        "more.",
        f"Metres inside zones differ from the overlay's by {float(str(figures['metres_difference'])):.1e} "
        "of the total (the overlay is measured in the VN-2000 plane, the registry on the ellipsoid).",
        f"Peak memory of the Python process: {figures['peak_python_mb']} MB.",
        "",
    ]


def network_part(rows: int, zones: int) -> list[str]:
    """Measure topology, flagging, edits and policies; return their lines."""
    from bench import edits, policies
    from bench.flagging import measure

    with throw_away(_instance()):
        figures = measure(rows, zones)
        after = edits.measure()
        costs = policies.measure()
    return [*network_table(figures, rows, zones), *edits.table(after, figures), *policies.table(costs)]


def growth_part(rows: int, zones: int) -> list[str]:
    """Measure how flagging grows from a tenth of the network to all of it; return the lines."""
    from bench import growth

    found = []
    for part in (10, 1):
        with throw_away(_instance()):
            found.append(growth.measure(max(1, rows // part), max(1, zones // part)))
    return _dated(growth.table(*found))


def importing_part(poles: int, rounds: int) -> list[str]:
    """Measure import and export; return their lines."""
    from bench import importing

    with throw_away(_instance()):
        found = importing.measure(poles, rounds)
    return _dated(importing.table(found))


def parts_of(text: str) -> dict[str, list[str]]:
    """Return what a page says, by part."""
    from bench import growth, importing

    titles = {growth.TITLE: "growth", importing.TITLE: "importing"}
    found: dict[str, list[str]] = {}
    part = "network"
    for line in text.splitlines()[len(HEAD) :]:
        part = titles.get(line, part)
        found.setdefault(part, []).append(line)
    return {part: ["\n".join(lines).strip("\n"), ""] for part, lines in found.items()}


def _instance() -> str:
    return os.environ.get("GISREG_INSTANCE") or "bench"


def _dated(lines: list[str]) -> list[str]:
    first, *rest = lines
    return [first, "", f"Ran on {_machine()}.", *rest]


def _machine() -> str:
    return (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, help="run one part, and leave the rest of the page")
    parser.add_argument("--rows", type=int, default=50_000, help="rows of 21 poles and 2 cables")
    parser.add_argument("--zones", type=int, default=400)
    parser.add_argument("--poles", type=int, default=1_000_000, help="poles of the imported file")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of import and export")
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    runs = {
        "network": lambda: network_part(arguments.rows, arguments.zones),
        "growth": lambda: growth_part(arguments.rows, arguments.zones),
        "importing": lambda: importing_part(arguments.poles, arguments.rounds),
    }
    found = parts_of(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
    for part in [arguments.only] if arguments.only else PARTS:
        found[part] = runs[part]()
    lines = [*HEAD, *(line for part in PARTS for line in found.get(part, []))]
    arguments.out.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print(f"written: {arguments.out}")


if __name__ == "__main__":
    main()
