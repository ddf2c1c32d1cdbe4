"""The one question that DuckDB is asked of a raw table: every value of settings and data is bound to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from mmxlib.data.raw.columns import BLANKS, Roles
from mmxlib.data.raw.exact_sums import DECIMAL, FINE, FINEST, LARGEST, LARGEST_DECIMAL
from mmxlib.data.raw.file_sums import SKU, STORE, Key

SKU_NAMES, STORE_NAMES = "sku_names", "store_names"
"""The tables of the mappings, each with the columns code and name."""

_KEYS = ", ".join(Key._fields)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the values bound to it, in their order."""

    text: str
    bound: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What stands behind FROM, with the values bound there.

    Its columns are ``c0``, ``c1``, … for ``columns``, in order. In the columns ``whole`` only whole numbers
    are plain.
    """

    text: str
    bound: tuple[object, ...]
    columns: tuple[str, ...]
    whole: tuple[str, ...] = ()


def sums_query(roles: Roles, source: Source, *, names_first: bool) -> Query:
    """Return the question for the sums of a table.

    Parameters
    ----------
    roles
        The columns' roles by name.
    source
        The table.
    names_first
        Whether SKUs and stores get their names row by row, before rows are added up. It is slower, but needs
        less memory where there are many codes.

    Notes
    -----
    Rows of the answer hold the fields of `Key`, the count of rows, the count of rows that are not plain and,
    for each column of values, three whole numbers whose sum `exact` returns.
    """
    values = range(len(roles.values))
    codes = {name: column for name, column in (("sku", roles.sku), ("store", roles.store)) if column}
    keys = ", ".join(("rule", *codes, "date", "sub_category", "geo", "currency"))
    counted = ["count(*) AS n", "count_if(odd) AS odd", *(_sums(f"v{index}") for index in values)]
    added = ["n", "odd", *(f"{part}{index}" for index in values for part in ("decimal", "fine", "finest"))]
    sums = ", ".join(f"sum({each})" for each in added)
    rows = _rows(roles, source)
    if names_first:
        ones = ["1 AS n", "odd::INTEGER AS odd", *(f"v{index}" for index in values)]
        named = _named(roles, f"(SELECT {keys}, {', '.join(ones)} FROM ({rows}))")  # noqa: S608 - no value in it
        counted[:2] = ["sum(n) AS n", "sum(odd) AS odd"]
        text = f"SELECT {_KEYS}, {', '.join(counted)} FROM ({named}) GROUP BY {_KEYS}"  # noqa: S608 - no value in it
    else:
        inner = f"(SELECT {keys}, {', '.join(counted)} FROM ({rows}) GROUP BY {keys})"  # noqa: S608 - no value in it
        text = f"SELECT {_KEYS}, {sums} FROM ({_named(roles, inner)}) GROUP BY {_KEYS}"  # noqa: S608 - no value in it
    settings = [each for rule in roles.rules for each in (sorted(rule.values), rule.setting)]
    return Query(text, (*settings, *source.bound))


def _rows(roles: Roles, source: Source) -> str:
    """Return the question for the rows: the rule that leaves each out, texts by role, values, and oddness."""
    place = {name: f"c{index}" for index, name in enumerate(source.columns)}
    optional = {
        "sku": roles.sku,
        "store": roles.store,
        "sub_category": roles.sub_category,
        "geo": roles.geo,
        "currency": roles.currency,
    }
    texts = {"date": f"coalesce({place[roles.date]}, '')"} | {
        role: f"coalesce({place[column]}, '')" if column else "''" for role, column in optional.items()
    }
    values = {f"v{index}": place[name] for index, name in enumerate(roles.values)}
    odd = [f"NOT coalesce(abs({value}) < {LARGEST}, false)" for value in values.values()]
    odd += [f"{place[name]} <> floor({place[name]})" for name in source.whole]
    columns = {"rule": _rule(roles, place), **texts, **values, "odd": f"({' OR '.join(odd)})"}
    return f"SELECT {_listed(columns)} FROM {source.text}"  # noqa: S608 - names of ours; values are bound


def _rule(roles: Roles, place: Mapping[str, str]) -> str:
    """Return the setting that leaves a row out: the first rule that it fails, or nothing."""
    cases = [
        f" WHEN {'NOT ' if rule.keeps else ''}list_contains(?::VARCHAR[], "
        f"trim(coalesce({place[rule.column]}, ''), '{BLANKS}')) THEN ?"
        for rule in roles.rules
    ]
    return f"CASE{''.join(cases)} ELSE '' END" if cases else "''"


def _named(roles: Roles, source: str) -> str:
    """Return the question for rows or sums by what they are about, with names for codes that are mapped."""
    mapped = [
        (word, role, table)
        for word, role, column, table in (
            (SKU, "sku", roles.sku, SKU_NAMES),
            (STORE, "store", roles.store, STORE_NAMES),
        )
        if column
    ]
    joins = [f"LEFT JOIN {table} ON r.{role} = {table}.code" for _, role, table in mapped]
    unknown = {word: f"r.{role} <> '' AND {table}.code IS NULL" for word, role, table in mapped}
    reasons = "".join(f" WHEN {test} THEN '{word}'" for word, test in unknown.items())
    codes = "".join(f" WHEN {unknown[word]} THEN r.{role}" for word, role, _ in mapped)
    name = {role: f"coalesce({table}.name, '')" for _, role, table in mapped}
    told = {
        "reason": f"CASE WHEN r.rule <> '' THEN r.rule{reasons} ELSE '' END",
        "code": f"CASE WHEN r.rule <> '' THEN ''{codes} ELSE '' END",
        "named": name.get("sku", "r.sub_category"),
        "placed": name.get("store", "r.geo"),
    }
    used = {
        "date": "if(reason = '', date, '')",
        "sub_category": "if(reason = '', named, '')",
        "geo": "if(reason = '', placed, '')",
        "odd": "if(reason = '', odd, 0)",
    }
    return (
        f"SELECT * REPLACE ({_listed(used)}) FROM "  # noqa: S608 - names of ours; values are bound
        f"(SELECT r.*, {_listed(told)} FROM {source} AS r {' '.join(joins)})"
    )


def _sums(value: str) -> str:
    """Return the three sums of a column: as decimals where a value has four at most, else in two parts."""
    index = value[1:]
    scaled = f"round({value} * {DECIMAL})"
    decimal = f"({scaled} / {DECIMAL} = {value} AND abs({scaled}) < {LARGEST_DECIMAL})"
    other = f"NOT {decimal} AND abs({value}) < {LARGEST}"
    fine = f"floor({value} * {FINE})"
    finest = f"floor(({value} - {fine} / {FINE}) * {FINEST})"
    return (
        f"coalesce(sum(CASE WHEN {decimal} THEN {scaled}::BIGINT END), 0) AS decimal{index}, "
        f"coalesce(sum(CASE WHEN {other} THEN {fine}::BIGINT END), 0) AS fine{index}, "
        f"coalesce(sum(CASE WHEN {other} THEN {finest}::BIGINT END), 0) AS finest{index}"
    )


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{meaning} AS {name}" for name, meaning in columns.items())
