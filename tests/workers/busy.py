"""A program whose workers are in the middle of tasks: it waits for results that never come.

python -m tests.workers.busy FOLDER
"""

import sys
from pathlib import Path

from mmxlib.workers.processes import Workers
from mmxlib.workers.tasks import begin
from tests.workers.deeds import Waiting, waited


def main(folder: Path) -> None:
    with Workers(2) as workers:
        begin(waited, [Waiting(folder, number, waits=True) for number in range(5)], workers).results()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
