"""What is left of a notebook without its outputs? Every character that stays keeps its line and column.

Outputs are nearly all of a large notebook, and no question needs more of them than whether there are any, and which
error they end with. They are skipped before the text is decoded and parsed: in a file that is indented, as all tools
write it, by the line that closes them, since a string of JSON holds no line end.
"""

from mlaudit.patterns import pattern

# The members that are emptied, and what opens and closes them.
MEMBERS = (
    (b'"outputs"', b"[", b"]"),
    (b'"attachments"', b"{", b"}"),
    (b'"application/vnd.jupyter.widget-state+json"', b"{", b"}"),
)
OPENING = pattern(rb"\s*:\s*([\[{])")
LINE_END = pattern(rb"\r\n|\r|\n")
# Everything up to the next bracket, strings as a whole.
TO_BRACKET = pattern(rb'(?:[^\[\]{}"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+[\[\]{}]')
BLANK = pattern(rb"\s*")
IS_ERROR = pattern(rb'(?<!\\)"output_type"\s*:\s*"(?:error|pyerr)"')
ERROR = pattern(rb'(?<!\\)"ename"\s*:\s*"[^"\\]*+(?:\\.[^"\\]*+)*+"')
# More spaces do not stand before a member.
DEEPEST = 200
CONFLICT = (b"\n<<<<<<< ", b"\n>>>>>>> ")


def thinned(content: bytes) -> bytes:
    """The notebook with empty outputs and attachments: `[0]` stands for outputs, `[{"ename": …}]` for an error. What
    is not as expected stays as it is."""
    if any(mark in content for mark in CONFLICT):
        return content
    for name, opening, closing in MEMBERS:
        pieces, at = [], 0
        while (start := content.find(name, at)) >= 0:
            first, last = _span(content, start, start + len(name), opening, closing)
            pieces += [content[at:first], _kept(content, first, last, name == b'"outputs"')]
            at = last
        if pieces:
            content = b"".join([*pieces, content[at:]])
    return content


def _span(content: bytes, start: int, end: int, opening: bytes, closing: bytes) -> tuple[int, int]:
    """From behind the opening bracket to the closing one; an empty span for what is no such member."""
    match = OPENING.match(content, end)
    if not match or match[1] != opening or content[start - 1 : start] == b"\\":
        return end, end
    first = match.end()
    line = content[max(0, start - DEEPEST) : start].rpartition(b"\n")
    if line[1] and line[2] and line[2].isspace() and content[first : first + 1] in (b"\n", b"\r"):
        close = content.find(b"\n" + line[2] + closing, first)
        return first, max(first, close + 1 + len(line[2])) if close >= 0 else first
    return first, max(first, _close(content, first))


def _close(content: bytes, at: int) -> int:
    """Where the bracket stands that closes the one before `at`; -1 where none does."""
    depth = 1
    while match := TO_BRACKET.match(content, at):
        at = match.end()
        depth += 1 if content[at - 1] in b"[{" else -1
        if not depth:
            return at - 1
    return -1


def _kept(content: bytes, first: int, last: int, is_output: bool) -> bytes:
    """What stands for the part from `first` to `last`. Nothing of it is copied: it may be as large as memory."""
    if BLANK.fullmatch(content, first, last):
        return content[first:last]
    if not is_output:
        return _blank(content, first, last)
    error = None
    if content.find(b'"ename"', first, last) >= 0 and IS_ERROR.search(content, first, last):
        error = ERROR.search(content, first, last)
    if not error:
        return b"0" + _blank(content, first, last, 1)
    before = _blank(content, first, error.start(), 1)
    return b"{" + before + error[0] + b"}" + _blank(content, error.end(), last, 1)


def _blank(content: bytes, first: int, last: int, used: int = 0) -> bytes:
    """As many lines, and as many characters in the last; `used` are taken from the first line."""
    ends = content.count(b"\n", first, last)
    begin = content.rfind(b"\n", first, last) + 1 or first
    if content.find(b"\r", first, last) >= 0:
        found = [end.end() for end in LINE_END.finditer(content, first, last)]
        ends, begin = len(found), found[-1]
    width = len(content[begin:last].decode(errors="replace")) - (0 if ends else used)
    return b"\n" * ends + b" " * width
