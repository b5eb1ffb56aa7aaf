"""Which texts match? Regular expressions that are compiled when they are first asked something.

A run asks few of the many that readers and views know; compiling all of them would cost a tenth of a short run.
"""

import re
from typing import Any, AnyStr, cast


def pattern(written: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What re.compile gives, compiled at its first use."""
    return cast("re.Pattern[AnyStr]", _Pattern(written, flags))


class _Pattern:
    """A pattern that has not been asked yet; what was asked once is kept as its own, so that it is asked directly."""

    def __init__(self, written: str | bytes, flags: int) -> None:
        self._written = written
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._written, self._flags), name)
        setattr(self, name, found)
        return found
