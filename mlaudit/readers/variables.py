"""Which of some environment variables does a text speak of: a README, a sample of settings, a CI file, a script; and
which does other code hand to a process that it starts?"""

import re
from collections.abc import Iterator

from mlaudit.facts import Fact, Location, Variable
from mlaudit.source import Source

WORD = rb"(?<![A-Za-z0-9_])%b(?![A-Za-z0-9_])"
# In code: an entry of a table, an item that is set, a line of a command that is written down.
HANDED = rb"""["']%b\\?["']\s*(?::|\]\s*=(?!=))|(?:\bexport |-e |\\?["'])%b=(?!=)"""


def read(source: Source, role: str) -> Iterator[Fact]:
    """The names among those of `role`, divided by blanks, that stand as words of their own in the text, whatever its
    other bytes are; of code those that it sets for others."""
    is_code = source.path.endswith((".py", ".ipynb"))
    for name in role.split():
        written = name.encode()
        if written not in source.content:
            continue
        wanted = HANDED % (written, written) if is_code else WORD % written
        if re.search(wanted, source.content):
            yield Variable(Location(source.path), name, "names")
