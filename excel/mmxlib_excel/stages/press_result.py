"""How a press ended."""

from dataclasses import dataclass, field
from pathlib import Path

from mmxlib.errors import ExitCode, Fault
from mmxlib.workflow.status import Status
from mmxlib_excel.layout.stage import Stage


@dataclass(frozen=True, slots=True)
class PressResult:
    """How a press ended: the exit code of the same thing on the command line, and a sentence.

    ``folder`` is the run's, ``status`` where it then stands (None without a run), ``faults`` what was wrong,
    ``files`` what people open, ``remarks`` more sentences.
    """

    stage: Stage
    code: ExitCode
    sentence: str
    folder: Path
    status: Status | None = None
    faults: tuple[Fault, ...] = ()
    files: tuple[Path, ...] = ()
    remarks: tuple[str, ...] = field(default=())
