"""Does a command bring every package of a system to its newest version?

Read from the manuals of apt-get, apk, yum and dnf: without packages, `yum update` and `dnf upgrade` take all.
"""

from collections.abc import Mapping, Sequence

from mlaudit.readers.commands import invocation
from mlaudit.readers.commands.invocation import Invocation
from mlaudit.readers.commands.shell import Word
from mlaudit.readers.commands.tools import Tool

ACTIONS: Mapping[str, frozenset[str]] = {
    "apt": frozenset({"upgrade", "dist-upgrade", "full-upgrade"}),
    "apk": frozenset({"upgrade"}),
    "yum": frozenset({"update", "upgrade", "distro-sync"}),
    "dnf": frozenset({"update", "upgrade", "distro-sync"}),
}
# Options that leave the system as it is.
IDLE = frozenset({"s", "simulate", "dry-run", "just-print", "recon", "no-act", "downloadonly", "assumeno"})


def upgrade(tool: Tool, words: Sequence[Word], at: int) -> Invocation | None:
    """The call at `words[at]` where it upgrades all packages; None where it does not."""
    arguments = list(invocation.parse(words, at + 1, tool))
    plain = [argument.word for argument in arguments if not argument.option]
    options = {argument.option for argument in arguments}
    if len(plain) != 1 or plain[0].text not in ACTIONS.get(tool.name, ()) or options & IDLE:
        return None
    return Invocation(tool, plain[0].text, words[at].start, plain[0].end, arguments)
