"""How does a .gitignore stop to ignore one file, and no other?"""

import posixpath

from mlaudit.facts import IgnorePattern, Location
from mlaudit.files.discover import above, matcher
from mlaudit.findings import Edit
from mlaudit.fixes import Asked


def without_line(asked: Asked, at: Location) -> Edit:
    """The edit that takes a line out, its end included."""
    source = asked.source(at.path)
    end = source.starts[at.line] if at.line < len(source.starts) else len(source.text)
    return Edit(at.path, source.starts[at.line - 1], end, "")


def taken_back(asked: Asked, path: str) -> Edit | None:
    """The edit with which git no longer ignores a file: without the line that names it and nothing else here, or with
    a line that takes it back. None where a folder above it is ignored, or what ignores it is no file of the repository.
    """
    patterns = [pattern for pattern in asked.repo.all(IgnorePattern) if _ignores(pattern, path)]
    if not patterns or len({pattern.at.path for pattern in patterns}) > 1:
        return None
    last = patterns[-1]
    inside = posixpath.relpath(path, posixpath.dirname(last.at.path) or ".")
    folders = [f"{folder}/" for folder in above(posixpath.dirname(inside)) if folder]
    if not matcher(asked.source(last.at.path).lines)(inside):
        return None
    if any(matcher([pattern.pattern])(folder) for pattern in patterns for folder in folders):
        return None
    hidden = [other for other, file in asked.repo.files.items() if file.ignored and _ignores(last, other)]
    if len(patterns) == 1 and last.pattern.strip("/") in (inside, posixpath.basename(path)) and hidden == [path]:
        return without_line(asked, last.at)
    source = asked.source(last.at.path)
    end = source.starts[last.at.line - 1] + len(source.line(last.at.line))
    newline = "\r\n" if "\r\n" in source.text else "\n"
    return Edit(last.at.path, end, end, f"{newline}!/{inside}")


def _ignores(pattern: IgnorePattern, path: str) -> bool:
    folder = posixpath.dirname(pattern.at.path)
    is_below = not folder or path.startswith(f"{folder}/")
    inside = path[len(folder) + 1 :] if folder else path
    return is_below and posixpath.basename(pattern.at.path) == ".gitignore" and matcher([pattern.pattern])(inside)
