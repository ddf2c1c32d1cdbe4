"""The sources of the house as trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = (ROOT / "mmxlib", ROOT / "excel" / "mmxlib_excel")


@cache
def sources() -> dict[str, ast.Module]:
    """Return the tree of each source file by its path from the repository."""
    files = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in files}


def place(path: str, node: ast.AST) -> str:
    return f"{path}:{getattr(node, 'lineno', 0)}"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for a chain of names, and only the last name behind anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
