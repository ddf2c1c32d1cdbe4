"""Every number of the list of bad inputs has a test: as a case, as a situation, or by the name of a test."""

import ast
import re
from pathlib import Path

from tests.bad_inputs.test_cases import CASES, TOTAL
from tests.bad_inputs.test_situations import REFUSED

SECTIONS = {"A": 25, "B": 20, "C": 11, "D": 21, "E": 24, "F": 11, "G": 15}
IN_A_NAME = re.compile(r"(?<=_)([a-g][0-9]{1,2})(?=_)")


def named() -> set[str]:
    """Return the numbers that names of tests in this folder hold."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(__file__).parent.glob("test_*.py")]
    names = [
        node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return {found.upper() for name in names for found in IN_A_NAME.findall(name)}


def test_every_number_of_the_list_has_a_test() -> None:
    numbers = {f"{letter}{index}" for letter, count in SECTIONS.items() for index in range(1, count + 1)}
    assert len(numbers) == TOTAL
    found = [*(case.number for case in CASES), *(refused.number for refused in REFUSED)]
    listed = {number.split()[0] for number in found}
    assert numbers - listed - named() == set()
