"""`python -m opomini_tui` is the command `opomini`."""

from __future__ import annotations

import sys

from opomini_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
