"""The one question that DuckDB is asked of a raw table: every value of settings and data is bound to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mmxlib.data.raw.columns import BLANKS, Roles
from mmxlib.data.raw.summing import SKU, STORE
from mmxlib.data.raw.sums import DECIMAL, FINE, FINEST, LARGEST, LARGEST_DECIMAL

SKU_NAMES, STORE_NAMES = "sku_names", "store_names"
"""The tables of the mappings, each with the columns code and name."""


@dataclass(slots=True)
class Query:
    """A question with the values bound to it, in their order.

    It has state because each part of the text adds the values that it binds.
    """

    text: str = ""
    bound: list[object] = field(default_factory=list)


def sums_query(
    roles: Roles, columns: Sequence[str], source: str, bound: Sequence[object], whole: Sequence[str]
) -> Query:
    """Return the question for the sums of a table.

    Parameters
    ----------
    roles
        The columns' roles by name.
    columns
        The names of all columns of the table, in order; the query knows them as ``c0``, ``c1``, …
    source
        What stands behind FROM: a table with the columns ``c0``, ``c1``, …
    bound
        The values bound in ``source``.
    whole
        Columns of values in which only whole numbers are plain.

    Notes
    -----
    Its rows hold reason, code, date, sub-category, geo, currency, the count of rows, the count of rows that
    are not plain and, for each column of values, three whole numbers whose sum `exact` returns.
    """
    query = Query()
    place = {name: f"r.c{columns.index(name)}" for name in (*roles.labels, *roles.values)}
    text = {name: f"coalesce({each}, '')" for name, each in place.items()}
    mapped = [(name, table) for name, table in ((roles.sku, SKU_NAMES), (roles.store, STORE_NAMES)) if name]
    codes = "".join(f" WHEN {_unmapped(text[name], table)} THEN {text[name]}" for name, table in mapped)
    plain = " AND ".join(
        [f"coalesce(abs({place[name]}) < {LARGEST}, false)" for name in roles.values]
        + [f"{place[name]} = floor({place[name]})" for name in whole]
        + [f"{text[name]} <> ''" for name in roles.keys]
    )
    told = {
        "reason": _reason(roles, text, query),
        "code": f"CASE{codes} ELSE '' END" if codes else "''",
        "date": text[roles.date],
        "sub_category": _named(roles.sku, roles.sub_category, SKU_NAMES, text),
        "geo": _named(roles.store, roles.geo, STORE_NAMES, text),
        "currency": text[roles.currency] if roles.currency else "''",
        "plain": plain,
    } | {f"v{index}": place[name] for index, name in enumerate(roles.values)}
    kept = {
        "reason": "reason",
        "code": f"CASE WHEN reason IN ('{SKU}', '{STORE}') THEN code ELSE '' END",
        **{key: f"CASE WHEN reason = '' THEN {key} ELSE '' END" for key in ("date", "sub_category", "geo")},
        "currency": "currency",
        "odd": "reason = '' AND NOT plain",
    } | {f"v{index}": f"v{index}" for index in range(len(roles.values))}
    joins = [f"LEFT JOIN {table} ON {place[name]} = {table}.code" for name, table in mapped]
    keys = "reason, code, date, sub_category, geo, currency"
    sums = [_sums(f"v{index}") for index in range(len(roles.values))]
    query.text = (
        f"WITH told AS (SELECT {_listed(told)} FROM {source} AS r {' '.join(joins)}), "  # noqa: S608 - no value
        f"kept AS (SELECT {_listed(kept)} FROM told) "
        f"SELECT {keys}, count(*), count_if(odd), {', '.join(sums)} FROM kept GROUP BY {keys}"
    )
    query.bound += bound
    return query


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{meaning} AS {name}" for name, meaning in columns.items())


def _reason(roles: Roles, text: Mapping[str, str], query: Query) -> str:
    """Return why a row is left out: the first rule that it fails, or the code that is not mapped."""
    cases = []
    for rule in roles.rules:
        value = f"trim({text[rule.column]}, '{BLANKS}')"
        found = f"list_contains(?::VARCHAR[], {value})"
        cases.append(f" WHEN {f'NOT {found}' if rule.keeps else found} THEN ?")
        query.bound += [sorted(rule.values), rule.setting]
    for word, column, table in ((SKU, roles.sku, SKU_NAMES), (STORE, roles.store, STORE_NAMES)):
        if column:
            cases.append(f" WHEN {_unmapped(text[column], table)} THEN '{word}'")
    return f"CASE{''.join(cases)} ELSE '' END" if cases else "''"


def _unmapped(text: str, table: str) -> str:
    return f"({table}.code IS NULL AND {text} <> '')"


def _named(mapped: str | None, own: str | None, table: str, text: Mapping[str, str]) -> str:
    if mapped:
        return f"coalesce({table}.name, '')"
    return text[own] if own else "''"


def _sums(value: str) -> str:
    """Return the three sums of a column: as decimals where a value has four at most, else in two parts."""
    scaled = f"round({value} * {DECIMAL})"
    decimal = f"({scaled} / {DECIMAL} = {value} AND abs({scaled}) < {LARGEST_DECIMAL})"
    fine = f"floor({value} * {FINE})"
    finest = f"floor(({value} - {fine} / {FINE}) * {FINEST})"
    addable = f"abs({value}) < {LARGEST}"
    return (
        f"coalesce(sum(CASE WHEN {decimal} THEN {scaled}::BIGINT END), 0)"
        f", coalesce(sum(CASE WHEN NOT {decimal} AND {addable} THEN {fine}::BIGINT END), 0)"
        f", coalesce(sum(CASE WHEN NOT {decimal} AND {addable} THEN {finest}::BIGINT END), 0)"
    )
