"""A member that is added to a closed choice is served by every table that the house keys by it."""

import ast
import enum
import importlib
from collections.abc import Iterator, Mapping

from tests.sources import sources

PARTIAL = {
    "mmxlib.data.assembling.ROLES_OF_FILE": "controls have columns of the user's own",
    "mmxlib.data.day_texts._WORDS": "auto is settled before dates are read",
    "mmxlib.data.raw.number_cells._CHOSEN": "auto is settled by the column",
    "mmxlib.report.book.WIDTHS": "money and outcome are as wide as their numbers",
    "mmxlib.workflow.checkpoints.DECISIONS": "only decisions",
    "mmxlib.workflow.orchestrator.CHECKPOINT_AFTER": "only steps that a person approves",
    "mmxlib.workflow.trail.SECTION_OF": "the allocation is what was approved, without settings of its own",
    "mmxlib_excel.macros.module._DOCUMENT_CLASS": "a standard module has no document",
    "mmxlib_excel.stages.start_sheet.STEP_OF": "only buttons of a single step",
    "mmxlib_excel.stages.steps._LAST": "only buttons that run steps",
}
"""Tables that leave members out, and why."""


def tables() -> Iterator[tuple[str, Mapping[enum.Enum, object]]]:
    """Yield each mapping that a module assigns and whose keys are members of one choice, by its name."""
    for path, tree in sources().items():
        if path.endswith("__main__.py"):
            continue
        name = path.removeprefix("excel/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        module = importlib.import_module(name)
        for variable in assigned(tree):
            table = getattr(module, variable)
            if isinstance(table, Mapping) and table and of_one_choice(table):
                yield f"{name}.{variable}", table


def assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module assigns."""
    for statement in tree.body:
        targets = (
            statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        )
        yield from (each.id for each in targets if isinstance(each, ast.Name))


def of_one_choice(table: Mapping[object, object]) -> bool:
    return all(isinstance(key, enum.Enum) for key in table) and len({type(key) for key in table}) == 1


def test_every_table_by_a_closed_choice_has_all_its_members_or_a_reason() -> None:
    left_out = {
        name: [str(member) for member in type(next(iter(table))) if member not in table]
        for name, table in tables()
    }
    assert {name: members for name, members in left_out.items() if members and name not in PARTIAL} == {}
    assert {name for name in PARTIAL if not left_out.get(name)} == set()
