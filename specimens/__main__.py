"""``python -m specimens``."""

from __future__ import annotations

import sys

from specimens.cli import main

if __name__ == "__main__":
    sys.exit(main())
