"""Raw tables: a row per store, article and day in two currencies becomes sales by sub-category and week.

    python examples/raw_tables.py runs/raw

Writes small exports of cash registers, one per year, and adds them up by `examples/raw_tables/global.yaml`.
Files of 20 million rows are read in the same way.
"""

import csv
import sys
from pathlib import Path

import numpy as np

import mmxlib as mmx

CONFIG = Path(__file__).with_name("raw_tables")
CATEGORIES = ("Coffee", "Tea")
SHOPS = {"Bonn": "EUR", "Bern": "CHF", "Lyon": "EUR"}


def write_exports(folder: Path) -> None:
    """Write the exports, the mapping of articles and media."""
    rng = np.random.default_rng(7)
    articles = {f"{40_000 + index}": category for index, category in enumerate(CATEGORIES * 3)}
    days = np.arange(np.datetime64("2023-01-02"), np.datetime64("2024-12-30"))
    folder.mkdir(parents=True, exist_ok=True)
    for year in ("2023", "2024"):
        rows = [("day", "shop", "ean", "turnover", "pieces", "money", "kind")]
        for day in days[np.char.startswith(days.astype(str), year)]:
            for shop, money in SHOPS.items():
                for ean in (*articles, "49999"):  # the last one is in no mapping
                    pieces = int(rng.poisson(9.0))
                    kind = "staff" if rng.random() < 0.02 else "sale"
                    rows.append((str(day), shop, ean, f"{4.95 * pieces:.2f}", str(pieces), money, kind))
        _write(folder / f"pos_{year}.csv", rows)
    _write(folder / "articles.csv", [("ean", "category"), *articles.items()])
    spend = [
        (str(day), channel, f"{rng.gamma(3.0, 90.0):.2f}") for day in days[::7] for channel in ("tv", "web")
    ]
    _write(folder / "media.csv", [("date", "channel", "spend"), *spend])


def _write(path: Path, rows: "list[tuple[str, ...]]") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main(run_folder: str) -> None:
    exports = Path(run_folder) / "out"
    write_exports(exports)
    panel = mmx.read_panel(
        sorted(exports.glob("pos_*.csv")), media=exports / "media.csv", config=mmx.read_config(CONFIG)
    )
    for note in panel.notes:
        print(f"- {note.text}")
    for unit, sales in zip(panel.units, panel.outcome, strict=True):
        print(f"{unit}: {len(sales)} weeks, sales of {sales.sum():,.2f} {panel.currency}")
    table = [
        ("week", *panel.units),
        *(
            (str(day), *map(repr, row))
            for day, row in zip(panel.dates, panel.outcome.T.tolist(), strict=True)
        ),
    ]
    _write(exports / "weekly.csv", table)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/raw")
