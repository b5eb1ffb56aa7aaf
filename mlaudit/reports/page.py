"""The page of a rule: what it finds, why, what to do, and its examples."""

import json
import os
from typing import Any

from mlaudit.findings import Rule
from mlaudit.patterns import pattern
from mlaudit.reports.help import sections

# What a Markdown reader calls the language of a file, by its ending.
LANGUAGES = {"py": "python", "ipynb": "python", "toml": "toml", "lock": "toml", "yml": "yaml", "yaml": "yaml"}
LANGUAGES |= {"json": "json", "sh": "bash", "cfg": "ini", "ini": "ini", "md": "markdown", "dvc": "yaml"}
FENCES = pattern(r"`{3,}")


def render(rule: Rule, examples: list[dict[str, Any]]) -> str:
    """The page as text, in the sections: what, why, fix, when not to care, examples, limits, references."""
    enabled = "" if rule.enabled else " · off unless selected by name"
    fixable = f" · {rule.fixable} fix" if rule.fixable else ""
    head = f"{rule.id} {rule.name}\n{rule.family} · {rule.level} · confidence {rule.confidence}{fixable}{enabled}"
    sections = [
        head,
        f"What it finds\n{_indent(rule.title)}",
        f"Why\n{_indent(rule.rationale)}",
        f"Fix\n{_indent(rule.fix)}",
    ]
    if rule.unless:
        sections.append(f"When not to care\n{_indent(rule.unless)}")
    for title, chosen in (("Examples", False), ("Known limits", True)):
        shown = [_example(example) for example in examples if bool(example.get("limit")) is chosen]
        if shown:
            sections.append(f"{title}\n" + "\n\n".join(shown))
    if rule.references:
        sections.append("References\n" + _indent("\n".join(rule.references)))
    return "\n\n".join(sections) + "\n"


def as_markdown(rule: Rule, examples: list[dict[str, Any]]) -> str:
    """The page as Markdown: what help says, then the examples and the limits as blocks of code."""
    enabled = "" if rule.enabled else " · off unless selected by name"
    fixable = f" · {rule.fixable} fix" if rule.fixable else ""
    head = f"{rule.family} · {rule.level} · confidence {rule.confidence}{fixable}{enabled}"
    parts = [f"# {rule.id} {rule.name}", head]
    parts += [f"## What it finds\n\n{rule.title}.", *(f"## {title}\n\n{text}" for title, text in sections(rule))]
    for title, chosen in (("Examples", False), ("Known limits", True)):
        shown = [_blocks(example) for example in examples if bool(example.get("limit")) is chosen]
        if shown:
            parts.append(f"## {title}\n\n" + "\n\n".join(shown))
    if rule.references:
        parts.append("## References\n\n" + "\n".join(f"- <{address}>" for address in rule.references))
    return "\n\n".join(parts) + "\n"


def listing(rules: list[Rule]) -> str:
    """One line for each rule."""
    return "".join(
        f"{rule.id}  {rule.level if rule.enabled else 'off':8} {rule.name}: {rule.title}"
        f"{f' ({rule.fixable} fix)' if rule.fixable else ''}\n"
        for rule in rules
    )


def as_json(rules: list[Rule]) -> str:
    """The rules as a JSON array, without the paths of this machine."""
    return json.dumps([_as_table(rule) for rule in rules], indent=2) + "\n"


def _as_table(rule: Rule) -> dict[str, Any]:
    table = rule._asdict()
    if rule.is_own:
        table["path"] = os.path.relpath(rule.path).replace(os.sep, "/")
    else:
        table["path"] = f"rules/{rule.family}/{rule.name}.toml"
    for name in ("match", "plugin", "is_own"):
        del table[name]
    return table


def _example(example: dict[str, Any]) -> str:
    lines = [f"  {example.get('about', '')}".rstrip()]
    for kind in ("bad", "fixed", "good"):
        for path, content in example.get(kind, {}).items():
            text = content if isinstance(content, str) else "\n\n".join(f"[cell] {cell}" for cell in content)
            lines += [f"  {kind}: {path}", _indent(text.rstrip(), 6)]
    return "\n".join(line for line in lines if line.strip())


def _blocks(example: dict[str, Any]) -> str:
    about = example.get("about", "").strip()
    parts = [about[:1].upper() + about[1:] + "." * bool(about)]
    for kind, word in (("bad", "Found"), ("fixed", "With the fix"), ("good", "Not found")):
        for number, (path, content) in enumerate(example.get(kind, {}).items()):
            text = _written(content)
            lead = "And" if number else f"{word}, in"
            fence = "`" * max(3, *(len(run) + 1 for run in FENCES.findall(text)), 3)
            parts.append(f"{lead} `{path}`:\n\n{fence}{_language(path)}\n{text.rstrip()}\n{fence}")
    return "\n\n".join(part for part in parts if part)


def _written(content: Any) -> str:
    cells = content.get("cells", []) if isinstance(content, dict) else content
    if isinstance(cells, str):
        return cells
    texts = (cell["source"] if isinstance(cell, dict) else cell for cell in cells)
    return "\n\n".join(f"# [cell {number}]\n{text}" for number, text in enumerate(texts, 1))


def _language(path: str) -> str:
    name = path.rpartition("/")[2]
    if "ockerfile" in name:
        return "dockerfile"
    return LANGUAGES.get(name.rpartition(".")[2], "text")


def _indent(text: str, width: int = 2) -> str:
    return "\n".join(f"{' ' * width}{line}".rstrip() for line in text.strip("\n").splitlines())
