"""Which comments does a format have, and how does one say that a finding is meant to be?"""

import json

from mlaudit.facts import Location
from mlaudit.patterns import pattern

# The kinds of formats, by path; the first that matches says. "" has no comments, or is written by tools that drop them.
KINDS = (
    (pattern(r"\.ipynb$"), "notebook"),
    (pattern(r"(^|/)\.?devcontainer\.json$|\.jsonc$"), "jsonc"),
    (pattern(r"\.json$|(^|/)(Pipfile\.lock|runtime\.txt)$"), ""),
    (pattern(r"\.pyi?$|(^|/)Snakefile$|\.smk$"), "python"),
    (pattern(r"\.toml$|(^|/)(Pipfile|(poetry|pdm|uv)\.lock)$|\.py\.lock$"), "toml"),
    (pattern(r"\.md$"), "markdown"),
    (pattern(r"\.(ya?ml|dvc)$|(^|/)(MLproject|Dvcfile|dvc\.lock|pixi\.lock)$"), "yaml"),
    (pattern(r"(^|/)(GNU)?[Mm]akefile$|\.mk$"), "makefile"),
    (pattern(r"\.(cfg|ini)$|(^|/)\.dvc/config$"), "ini"),
    (pattern(r"\.(sh|bash|zsh)$|(^|/)post[Bb]uild$"), "shell"),
    (pattern(r"(^|/)([^/]*[._-])?([Dd]ocker|[Cc]ontainer)file([._-][^/]+)?$"), "dockerfile"),
    (pattern(r"\.(txt|in|pip)$|(^|/)\.[^/]+$"), "plain"),
)
# Files that tools write anew: a comment in them does not last.
WRITTEN = pattern(r"(^|/)([^/]+\.lock|pylock[^/]*\.toml|[^/]*conda-lock\.ya?ml|\.python-version)$")


def kind_of(path: str) -> str:
    """The kind of comments that a path has; "" where its format has none, `plain` for lines with `#`."""
    return next((kind for form, kind in KINDS if form.search(path)), "")


def lasting(path: str) -> str:
    """The same, "" too for a file that a tool will write anew."""
    return "" if WRITTEN.search(path) else kind_of(path)


def comment(kind: str, text: str) -> str:
    """A text as a comment on a line of its own."""
    if kind == "markdown":
        return f"<!-- {text} -->"
    return f"// {text}" if kind == "jsonc" else f"# {text}"


def ignore(at: Location, rule: str) -> str:
    """What to write where a finding is meant to be: a comment, or a table of the configuration."""
    kind = lasting(at.path)
    if not kind:
        return f"[[tool.mlaudit.ignores]] rule = {json.dumps(rule)}, path = {json.dumps(at.path)}"
    whole = at[1:5] == (1, 1, 1, 1) and kind != "notebook"
    return comment(kind, f"mlaudit: {'file-ignore' if whole else 'ignore'}[{rule}] why")
