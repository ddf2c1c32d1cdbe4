"""``mmx excel``: say what this machine lacks for the workbook's buttons."""

import argparse

from mmxlib.cli.console import Console
from mmxlib.errors import ExitCode
from mmxlib.terms import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do about Excel."""
    parser.add_argument("task", choices=["doctor"], help="doctor: what is missing here, and what to do")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Print what was looked at; something missing is an answer, not an error."""
    from mmxlib_excel.doctor import report, report_text

    findings = report()
    console.show(report_text(findings))
    console.document(
        {
            "status": "ready" if all(each.verdict is Verdict.PASS for each in findings) else "incomplete",
            "exit_code": 0,
            "findings": [
                {"about": each.about, "verdict": each.verdict.value, "text": each.text, "remedy": each.remedy}
                for each in findings
            ],
        }
    )
    return ExitCode.DONE
