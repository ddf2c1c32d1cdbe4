"""Flips of the settings by which files are read: each has the files that it is about."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from mmxlib.artifacts.codec import encode
from mmxlib.config import Config
from mmxlib.data.reading import read_folder
from mmxlib.errors import DataError
from tests.bad_inputs import build
from tests.bad_inputs.test_cases import CASES
from tests.bad_inputs.test_wide_dates import MAC, moved
from tests.config.flips.flip import Flip, Seen, flip
from tests.data import clean

Files = Mapping[str, bytes]
OTHER = "Spalte"
FEW = {"data.fewest_weeks": 1}


def read(config: Config, files: Callable[[], Files]) -> Seen:
    """Return the panel that the files make, or the codes by which they are refused."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files().items():
            (Path(folder) / name).write_bytes(content)
        try:
            panel = read_folder(Path(folder), settings=config.data)
        except DataError as refused:
            return {"refused": sorted({fault.code for fault in refused.faults})}
    return {"panel": encode(replace(panel, notes=(), repairs=())).digest, "refused": []}


def written(**tables: pd.DataFrame) -> Files:
    return {f"{name}.csv": table.to_csv(index=False).encode() for name, table in tables.items()}


def sales() -> pd.DataFrame:
    return clean.sales().assign(promotion=[f"0.{row % 4}" for row in range(30)])


def lifts() -> pd.DataFrame:
    return pd.DataFrame(
        [("tv", "2024-01-15", "2024-02-04", 300, 40, -0.5)],
        columns=["channel", "start", "end", "lift", "standard_error", "change"],
    )


def steps() -> pd.DataFrame:
    return pd.DataFrame([("tv", 20, 5, 40, 9)], columns=["channel", "x", "delta_x", "delta_y", "sigma"])


def by_region() -> Files:
    """Return sales and media of two regions, each with every sub-category."""
    regions = {"north": 1.0, "south": 1.5}
    sold, spent = sales(), clean.media()
    return written(
        sales=pd.concat([sold.assign(geo=geo) for geo in regions]),
        media=pd.concat(
            [
                spent.assign(geo=geo, spend=spent["spend"].astype(float) * times)
                for geo, times in regions.items()
            ]
        ),
    )


def by_number() -> Files:
    """Return sales and media whose weeks are numbers, the year beside them."""
    numbered = []
    for table in (sales(), clean.media()):
        days = pd.to_datetime(table["date"]).dt.isocalendar()
        numbered.append(table.drop(columns="date").assign(year=days["year"], week=days["week"]))
    return written(sales=numbered[0], media=numbered[1])


def all_tables() -> Files:
    return written(sales=sales(), media=clean.media(), events=clean.events(), experiments=lifts())


def with_steps() -> Files:
    return written(sales=sales(), media=clean.media(), experiments=steps())


SOURCES: dict[str, Callable[[], Files]] = {
    "geo": by_region,
    "week": by_number,
    "year": by_number,
    **dict.fromkeys(("x", "delta_x", "delta_y", "sigma"), with_steps),
}
"""Where a standard column stands, if not in the files of `all_tables`."""


def renamed(column: str) -> Callable[[], Files]:
    """Return files in which a standard column has another name."""

    def files() -> Files:
        made = {}
        for name, content in SOURCES.get(column, all_tables)().items():
            head, rows = content.decode().split("\n", 1)
            names = [OTHER if each == column else each for each in head.split(",")]
            made[name] = f"{','.join(names)}\n{rows}".encode()
        return made

    return files


def wide() -> Files:
    """Return sales with columns of media, drivers and events beside them."""
    media = clean.wide_media().assign(
        radio=lambda table: table["tv_spend"].astype(int) % 7,
        clicks=lambda table: table["tv_exposure"].astype(int) % 11,
    )
    sold = sales().merge(media, on=["date", "sub_category"])
    first = sold["date"].isin(clean.DATES[2:4])
    return written(
        sales=sold.assign(
            rain=range(1, 31), fair=first.astype(int), happening=first.map({True: "Fair", False: ""})
        )
    )


def daily() -> Files:
    weekly = clean.sales().drop(columns="units")
    days = pd.concat(
        [weekly.assign(date=pd.to_datetime(weekly["date"]) + pd.Timedelta(days=day)) for day in range(7)]
    )
    return written(sales=days.assign(tv_spend=range(len(days))))


def from_a_mac() -> Files:
    bought, spent = build.long_media(build.clean())
    return {"sales.csv": build.csv_bytes(bought), "media.csv": build.csv_bytes(moved(spent, MAC))}


def day_first() -> Files:
    sold = clean.sales()
    sold["date"] = pd.to_datetime(sold["date"]).dt.strftime("%d/%m/%Y")
    return written(sales=sold, media=clean.media())


def in_two_ways() -> Files:
    sold = clean.sales()
    sold["sales"] = ["1.750" if day == clean.DATES[0] else "1.250" for day in sold["date"]]
    return written(sales=sold, media=clean.media())


def two_of(role: str) -> Callable[[], Files]:
    """Return the usual files with the table of one role under a name that does not tell its role."""

    def files() -> Files:
        made = dict(all_tables()) | written(controls=sales()[["date", "sub_category"]].assign(rain=range(30)))
        return {("numbers.csv" if name == f"{role}.csv" else name): each for name, each in made.items()}

    return files


def case(number: str) -> Flip:
    """Return the flip of the last setting of a case of bad input, the others beside it."""
    found = next(each for each in CASES if each.number == number)
    *beside, (name, value) = found.settings

    @cache
    def files() -> Files:
        made = found.change()
        kind = found.kinds[0]
        content = made if isinstance(made, bytes) else build.WRITERS[kind](made)
        return {found.file or f"sales.{kind}": content}

    to = {f"data.{name}": value}
    if isinstance(value, dict):
        ((key, inner),) = value.items()
        to = {f'data.{name}."{key}"': inner}
    return flip(to, "panel", beside={f"data.{each}": other for each, other in beside}, given=files)


def on(files: Callable[[], Files], to: Mapping[str, object], /, **beside: object) -> Flip:
    """Return a flip that the panel of ten weeks must show."""
    return flip(
        to, "panel", beside=FEW | {f"data.{name}": value for name, value in beside.items()}, given=files
    )


COLUMNS = {
    f"data.columns.{name}": flip({f"data.columns.{name}": OTHER}, "panel", beside=FEW, given=renamed(name))
    for name in type(Config().data.columns).model_fields
}

FILES = {
    f"data.files.{role}": on(two_of(role), {f"data.files.{role}": "numbers.csv"}, controls={"rain": "other"})
    for role in type(Config().data.files).model_fields
}

TV = {"tv": {"spend": "tv_spend", "exposure": "tv_exposure"}}

READING: dict[str, Flip] = {
    **COLUMNS,
    **FILES,
    "data.channels.*.spend": on(wide, {"data.channels.tv.spend": "radio"}, channels=TV),
    "data.channels.*.exposure": on(wide, {"data.channels.tv.exposure": "clicks"}, channels=TV),
    "data.channels.*.national": on(all_tables, {"data.channels.tv": {"national": True}}),
    "data.controls.*": on(wide, {"data.controls": {"rain": "price"}}, controls={"rain": "other"}),
    "data.event_columns.*": on(
        wide, {"data.event_columns": {"fair": "Market"}}, event_columns={"fair": "Fair"}
    ),
    "data.event_name_column": on(wide, {"data.event_name_column": "happening"}),
    "data.outcome_kind": on(all_tables, {"data.outcome_kind": "units"}),
    "data.revenue_per_unit": on(all_tables, {"data.revenue_per_unit": 3.0}, outcome_kind="units"),
    "data.currency": on(all_tables, {"data.currency": "EUR"}),
    "data.missing_spend": case("E9 zero"),
    "data.negative_spend": case("E13 answered"),
    "data.alike_channels": case("E16 merged"),
    "data.scales.*": case("E24 answered"),
    "data.short_numbers": case("E6 answered"),
    "data.encoding": case("A11 mac_roman"),
    "data.damaged_names": case("A13 answered"),
    "data.full_sheets": case("A24 answered"),
    "data.several_tables": case("B14 answered"),
    "data.two_header_rows": case("B4 answered"),
    "data.repeated_columns": case("C1 equal answered"),
    "data.error_cells": case("B18 control answered"),
    "data.decimal": on(in_two_ways, {"data.decimal": "comma"}, decimal="point"),
    "data.date_order": on(day_first, {"data.date_order": "month_first"}, date_order="day_first"),
    "data.fewest_weeks": case("D21 set"),
    "data.as_of": case("D19 answered"),
    "data.week_numbers": case("C8 retail"),
    "data.first_week": case("C8 counted {}"),
    "data.mac_dates": flip({"data.mac_dates": "back"}, "panel", given=from_a_mac),
    "data.repeated_rows": case("D15 answered"),
    "data.total_rows": case("B10 answered"),
    "data.hidden_rows": case("B7 answered"),
    "data.align_weeks": case("D12 answered"),
    "data.fill_down": case("B6 answered"),
    "data.week_starts": on(daily, {"data.week_starts": "sunday"}),
}
