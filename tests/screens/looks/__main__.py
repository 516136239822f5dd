"""`python -m tests.screens.looks FOLDER [-n 2]`: keep how every screen looks now, with pictures (PNG, many on a sheet) in FOLDER.

What follows FOLDER goes to pytest. Look at the pictures and at what `git diff` says before it is kept for good.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.screens.looks.photo import draw_kept

KEPT = Path(__file__).parent
TEST = Path(__file__).parent.parent / "test_looks.py"


def main(folder: str, *options: str) -> int:
    """Renew; pytest's exit code."""
    os.environ["OPOMINI_LOOKS"] = str(Path(folder).resolve())
    code = int(pytest.main([str(TEST), "-m", "long", "-q", *options]))
    draw_kept(KEPT, Path(folder))
    return code


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
