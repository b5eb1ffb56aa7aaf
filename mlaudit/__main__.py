"""What does `python -m mlaudit` run? The command line."""

import os
import sys

from mlaudit.cli import main

if __name__ == "__main__":
    # Python looks in the current folder first, where a repository to be audited may have a yaml.py of its own.
    if sys.path and sys.path[0] in ("", os.getcwd()) and not sys.flags.safe_path:
        del sys.path[0]
    main()
