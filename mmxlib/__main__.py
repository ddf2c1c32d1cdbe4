"""``python -m mmxlib`` is the command ``mmx``."""

import sys

from mmxlib.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
