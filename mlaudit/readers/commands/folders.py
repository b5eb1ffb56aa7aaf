"""In which folder does each command of a shell text run?"""

import re

from mlaudit.patterns import pattern
from mlaudit.readers.commands import packages
from mlaudit.readers.commands.invocation import INTERPOLATED
from mlaudit.readers.commands.shell import Command, Word
from mlaudit.readers.commands.tools import KEYWORDS

SCRIPT_FOLDER = pattern(r"\$\(.*\bdirname\b.*\)(?:/([\w./-]*))?$", re.DOTALL)
UNKNOWN_FOLDER = "/?"


class Folders:
    """The folder in which each command of a text runs, as far as `cd` tells."""

    def __init__(self, directory: str, script: str) -> None:
        self.script = script
        self.stack = [directory]
        self.previous = directory

    def enter(self, command: Command) -> str:
        """The folder of a command; a `cd` holds for those behind it, in a subshell up to its end."""
        del self.stack[command.floor + 1 :]
        self.stack += [self.stack[-1]] * (command.depth + 1 - len(self.stack))
        current = self.stack[-1]
        words = [word for word in command.words[:4] if word.text not in KEYWORDS and word.text != "-P"]
        if words and words[0].text in ("cd", "pushd", "popd"):
            self.stack[-1] = self._target(words[1], current) if len(words) > 1 else self.previous
            self.previous = current
        return current

    def _target(self, word: Word, current: str) -> str:
        text = word.text
        if text == "-":
            return self.previous
        if packages.ROOT.match(text):
            return packages.rooted("", text)
        if word.variable and (folder := SCRIPT_FOLDER.match(text)):
            return packages.rooted(self.script, folder[1] or ".")
        if word.variable or INTERPOLATED.search(text):
            return UNKNOWN_FOLDER
        return packages.rooted(current, text)
