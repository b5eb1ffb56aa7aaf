"""Generic document formats (TOML, YAML, JSON) with the place of every value."""


class Malformed(ValueError):
    """A document that its grammar refuses. `offset` is where, in code points, if the parser says so."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def nesting(text: str, openers: str = "[{(", closers: str = "]})") -> int:
    """The deepest nesting of brackets, strings not told apart: an upper bound, taken before native parsers run."""
    depth = deepest = 0
    if not any(text.count(opener) > 200 for opener in openers):
        return 0
    for character in text:
        if character in openers:
            depth += 1
            deepest = max(deepest, depth)
        elif character in closers:
            depth = max(0, depth - 1)
    return deepest
