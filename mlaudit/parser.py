"""How does a command line speak to people: help in the terminal's width, a mistake in one line?"""

import argparse
import os
import sys
from typing import NoReturn


class _Formatter(argparse.HelpFormatter):
    """argparse's own, told how wide the terminal is: it would ask shutil, which imports every kind of archive."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """The terminal's width as shutil.get_terminal_size finds it."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


class Parser(argparse.ArgumentParser):
    """argparse, with one line and the nearest right word for a mistake."""

    def __init__(self, **texts: str) -> None:
        super().__init__(formatter_class=_Formatter, **texts)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        from mlaudit.config import nearest

        if message.startswith("unrecognized arguments: "):
            word = message.split(": ", 1)[1].split(maxsplit=1)[0]
            known = [option for action in self._actions for option in action.option_strings]
            message = f"unknown option `{word}`{nearest(word.split('=')[0], known)}"
        print(f"{self.prog}: {message}", file=sys.stderr)
        sys.exit(2)
