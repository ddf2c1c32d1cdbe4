"""Small faults in a source, one at a time, made by cosmic-ray's operators."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

OPERATORS = (
    # Arithmetic by its opposite. The other pairs (a sum that becomes a shift of bits, say) end in an error of
    # type for floats: they are killed by any test and would only make the share of killed look better.
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_FloorDiv_Div",
    "ReplaceBinaryOperator_Mod_FloorDiv",
    "ReplaceBinaryOperator_Pow_Mul",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceBinaryOperator_LShift_RShift",
    "ReplaceBinaryOperator_RShift_LShift",
    # Comparisons by their neighbor, which differs at equality alone, and by their opposite.
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_Lt_GtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_LtE_Gt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_Gt_LtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_GtE_Lt",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert",
    "ReplaceUnaryOperator_Delete_Not",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",  # one more and one less
    "ZeroIterationForLoop",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A source with one fault, and where it is: the function, and its line before and after."""

    number: int
    function: str
    line: str
    becomes: str
    source: str

    @property
    def name(self) -> str:
        """What it is called where survivors are explained: the line's number may change, its text not."""
        return f"{self.function or 'module'}: {self.line}  ->  {self.becomes}"


Place = tuple[str, int]
"""An operator and which of its occurrences in a source is meant."""


def places(source: str) -> list[Place]:
    """Return where faults can be put, by operator."""
    nodes = list(ast_nodes(get_ast(source)))
    return [
        (name, occurrence)
        for name in OPERATORS
        for occurrence in range(sum(len(list(_operator(name).mutation_positions(node))) for node in nodes))
    ]


def mutants(source: str, chosen: Iterable[Place]) -> Iterator[Mutant]:
    """Return the mutants of those places, each once.

    Left out are those that change no value: faults in annotations, decorators and the ways in which arguments
    may be handed in.
    """
    known = {_values_of(source)}
    for name, occurrence in chosen:
        text = MutationVisitor.mutate_code(source, _operator(name), occurrence)
        values = _values_of(text)
        if values not in known:
            known.add(values)
            yield _mutant(source, text)


def _operator(name: str) -> Operator:
    made: Operator = get_operator(f"core/{name}")()
    return made


def _mutant(source: str, text: str) -> Mutant:
    before, after = source.splitlines(), text.splitlines()
    index = next(i for i, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    return Mutant(
        index + 1, _function_at(source, index + 1), before[index].strip(), after[index].strip(), text
    )


def _function_at(source: str, number: int) -> str:
    """Return the innermost function or class that holds a line, or nothing."""
    found = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.lineno <= number <= (node.end_lineno or node.lineno)
    ]
    return max(found, key=lambda node: node.lineno).name if found else ""


class _WithoutTypes(ast.NodeTransformer):
    """Take annotations, decorators and the order of arguments by position out of a tree."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list, node.returns = [], None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.decorator_list = []
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args, node.posonlyargs = node.posonlyargs + node.args + node.kwonlyargs, []
        node.defaults, node.kwonlyargs = node.defaults + [each for each in node.kw_defaults if each], []
        node.kw_defaults = []
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _values_of(source: str) -> str:
    return ast.dump(_WithoutTypes().visit(ast.parse(source)))
