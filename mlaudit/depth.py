"""How deep may calls nest while deep code is followed?"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

# A long chain of elif, or of methods, is a deep tree. Python keeps calls of its own functions off the C stack.
DEEPEST = 12_000


@contextmanager
def deep() -> Iterator[None]:
    """Let Python's own functions call one another this deep, for as long as the context lasts."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
