"""The entries for schedulers call commands that there are, with what those need, and know their codes."""

import configparser
import re
from pathlib import Path
from xml.etree import ElementTree

from mmxlib.cli.main import _parser
from mmxlib.errors import ExitCode
from tests.documents.blocks import ROOT

SCHEDULED = ROOT / "examples" / "scheduled"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def unit(name: str) -> configparser.ConfigParser:
    """Return a unit of systemd."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names of units have capitals
    parser.read_string((SCHEDULED / name).read_text("utf-8"))
    return parser


def run_words(call: str, *, script: str) -> list[str]:
    """Return the words that `refresh.sh DATA RUN …` hands to mmx."""
    data, run, *more = call.partition(script)[2].split()
    return ["run", "--input", data, "--run-dir", run, *more]


def test_systemd_calls_a_run_and_takes_waiting_for_no_failure() -> None:
    service = unit("mmx-weekly.service")["Service"]
    assert _parser().parse_args(run_words(service["ExecStart"], script="refresh.sh")).command == "run"
    codes = {ExitCode(int(code)) for code in service["SuccessExitStatus"].split()}
    assert codes == {ExitCode.WAITING, ExitCode.PARTIAL}
    assert service["KillSignal"] == "SIGINT"


def test_the_timer_is_of_that_service_and_makes_up_for_a_machine_that_slept() -> None:
    timer = unit("mmx-weekly.timer")["Timer"]
    assert re.fullmatch(r"Mon \*-\*-\* \d\d:\d\d:\d\d", timer["OnCalendar"])
    assert timer["Persistent"] == "true"
    assert (SCHEDULED / "mmx-weekly.service").is_file()


def test_the_line_for_cron_calls_a_run() -> None:
    for path in (SCHEDULED / "refresh.sh", ROOT / "examples" / "scheduler.md"):
        (line,) = re.findall(r"0 6,7 \* \* 1 +(.*?) >>", path.read_text("utf-8"))
        assert _parser().parse_args(run_words(line, script="refresh.sh")).workers == 4


def test_the_task_of_windows_calls_a_run_once_at_a_time() -> None:
    task = ElementTree.fromstring(Path(SCHEDULED / "mmx-weekly.xml").read_bytes())
    arguments = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments")
    assert arguments is not None
    assert _parser().parse_args(arguments.split()).command == "run"
    assert task.findtext(f"{TASK}Settings/{TASK}MultipleInstancesPolicy") == "IgnoreNew"
    assert task.findtext(f"{TASK}Settings/{TASK}StartWhenAvailable") == "true"
