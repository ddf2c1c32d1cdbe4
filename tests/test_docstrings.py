"""Every public name says what it takes, gives and refuses, and where its formula comes from."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from textwrap import dedent

import pytest

import mmxlib as mmx
from mmxlib.maths.adstocks.registry import ADSTOCKS
from mmxlib.maths.saturations.registry import SATURATIONS

WITH_FORMULAS = (
    "backtest",
    "fit_model",
    "forecast",
    "optimize_budget",
    "Model.contributions",
)
"""Names whose numbers come from methods that others published."""


def _methods(owner: type) -> Iterator[tuple[str, Callable[..., object]]]:
    for name, member in vars(owner).items():
        function = getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield f"{owner.__name__}.{name}", function


def _public() -> dict[str, Callable[..., object]]:
    """Return the public functions, and the public methods of public classes, by name."""
    found: dict[str, Callable[..., object]] = {}
    for name in mmx.__all__:
        thing = getattr(mmx, name)
        found.update(_methods(thing) if inspect.isclass(thing) else [(name, thing)])
    return found


PUBLIC = _public()
every_function = pytest.mark.parametrize("name", PUBLIC)


def text_of(name: str) -> str:
    return inspect.getdoc(PUBLIC[name]) or ""


def section(text: str, title: str) -> str:
    """Return a section's lines, or nothing."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=^\w+\n-+$|\Z)", text, re.M | re.S)
    return found[1] if found else ""


@pytest.mark.parametrize("name", mmx.__all__)
def test_every_public_name_has_a_docstring_of_its_own(name: str) -> None:
    thing = getattr(mmx, name)
    own = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    assert own
    assert len(own.strip().splitlines()[0]) <= 110


@pytest.mark.parametrize("name", [name for name in mmx.__all__ if is_dataclass(getattr(mmx, name))])
def test_every_value_that_a_result_holds_is_explained(name: str) -> None:
    """The notes of a result explain themselves."""
    held = [field.name for field in fields(getattr(mmx, name)) if field.name != "notes"]
    text = inspect.getdoc(getattr(mmx, name)) or ""
    assert [each for each in held if not re.search(rf"\b{each}\b", text)] == []


@pytest.mark.parametrize("name", [name for name in mmx.__all__ if inspect.isclass(getattr(mmx, name))])
def test_every_property_of_a_public_class_says_what_it_is(name: str) -> None:
    held = {name: member for name, member in vars(getattr(mmx, name)).items() if isinstance(member, property)}
    assert [each for each, member in held.items() if not each.startswith("_") and not member.__doc__] == []


@every_function
def test_every_argument_is_explained(name: str) -> None:
    """Under Parameters; a short docstring without that section may name it in its sentences."""
    text = text_of(name)
    named = [each for each in inspect.signature(PUBLIC[name]).parameters if each not in ("self", "cls")]
    listed = section(text, "Parameters")
    explained = re.findall(r"\w+", " ".join(re.findall(r"^\w+(?:, \w+)*$", listed, re.M)))
    if not listed:
        explained = re.findall(r"\w+", " ".join(re.findall(r"``([^`]+)``", text)))
    assert [each for each in named if each not in explained] == []


@every_function
def test_no_argument_is_explained_that_is_not_taken(name: str) -> None:
    listed = re.findall(r"^\w+(?:, \w+)*$", section(text_of(name), "Parameters"), re.M)
    explained = re.findall(r"\w+", " ".join(listed))
    assert [each for each in explained if each not in inspect.signature(PUBLIC[name]).parameters] == []


@every_function
def test_what_comes_back_is_said(name: str) -> None:
    """Under Returns, or in the first sentence, which begins with it or ends with it."""
    text = text_of(name)
    if inspect.signature(PUBLIC[name]).return_annotation in (None, "None"):
        assert not section(text, "Returns")
        return
    assert section(text, "Returns") or re.search(r"\b([Rr]eturn|say)\b", text.split("\n\n")[0])


@every_function
def test_every_error_that_is_raised_in_sight_is_named(name: str) -> None:
    tree = ast.parse(dedent(inspect.getsource(PUBLIC[name])))
    raised = {
        node.exc.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and isinstance(node.exc.func, ast.Name)
        and node.exc.func.id.endswith("Error")
    }
    assert {
        each for each in raised if not re.search(rf"^{each}$", section(text_of(name), "Raises"), re.M)
    } == set()


@every_function
def test_errors_that_are_named_are_public_and_have_their_cause(name: str) -> None:
    listed = section(text_of(name), "Raises")
    named = re.findall(r"^(\w+)$", listed, re.M)
    assert [each for each in named if each not in mmx.__all__] == []
    assert len(re.findall(r"^    (?:If|With|Always)\b", listed, re.M)) >= len(named)


@pytest.mark.parametrize("name", WITH_FORMULAS)
def test_a_method_that_others_published_is_cited_with_its_year(name: str) -> None:
    assert re.search(r"\((?:18|19|20)\d\d\)", section(text_of(name), "References"))


def test_every_family_of_curves_and_carryover_states_its_formula() -> None:
    rooms = {"adstocks": ADSTOCKS, "saturations": SATURATIONS}
    modules = [import_module(f"mmxlib.maths.{room}.{family}") for room in rooms for family in rooms[room]]
    assert [each.__name__ for each in modules if not re.search(r"``.*[=*].*``", each.__doc__ or "")] == []
