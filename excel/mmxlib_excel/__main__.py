"""The worker of a press: ``python -m mmxlib_excel STAGE --book NAME --pid NUMBER --home FOLDER``."""

import argparse
import datetime
import sys
import traceback
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from mmxlib.errors import ExitCode, MmxError
from mmxlib_excel.layout import start
from mmxlib_excel.layout.stage import Stage
from mmxlib_excel.stages.attaching import attached
from mmxlib_excel.stages.folders import LOG
from mmxlib_excel.stages.pressing import SUMMARY, perform
from mmxlib_excel.stages.start_sheet import field_changes
from mmxlib_excel.stages.worker import working
from mmxlib_excel.workbooks.port import Workbook


def main(words: Sequence[str] | None = None) -> int:
    """Do what was pressed; what goes wrong stands in the status cell and, in full, in the log."""
    parser = argparse.ArgumentParser(prog="mmxlib_excel")
    parser.add_argument("stage", type=Stage)
    parser.add_argument("--book", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args(words)
    with working(asked.home) as free:
        if not free:
            _log(f"{asked.stage}: another worker is at work")
            return ExitCode.IN_USE
        try:
            workbook = attached(asked.book, asked.pid)
        except MmxError as error:
            _log(str(error))
            return error.exit_code
        return _work(workbook, asked.stage, asked.home)


def _work(workbook: Workbook, stage: Stage, home: Path) -> int:
    try:
        result = perform(workbook, stage, home=home, live=True, say=_log)
    except MmxError as error:  # of the workbook itself: Excel stayed busy, or a sheet is gone
        _log(str(error))
        workbook.write(field_changes(start.STATUS, f"Stopped: {error.faults[0]}"))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost edge: a user sees words, the log tells the rest
        traceback.print_exc()
        said = f"Something went wrong inside mmxlib ({type(error).__name__}). This is our fault, not yours."
        workbook.write(field_changes(start.STATUS, f"{said} The log tells more: {home / LOG}"))
        return ExitCode.INTERNAL
    _log(result.sentence)
    report = next((each for each in result.files if each.name == SUMMARY), None)
    if stage is Stage.REPORT and report is not None:
        webbrowser.open_new_tab(report.as_uri())
    return result.code


def _log(sentence: str) -> None:
    """Print a line into the log, which is where the worker's output goes."""
    at = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    print(f"{at} {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
