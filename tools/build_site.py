"""How is the documentation built? Pages by hand from docs/, pages of rules, settings and commands from their sources.

`python tools/build_site.py` writes build/pages and build/mkdocs.yml and has the site made in build/site; with
`--pages` it stops before that.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from mlaudit import rulebook
from mlaudit.arguments import COMMANDS, parser
from mlaudit.findings import Rule
from mlaudit.reports.page import as_markdown
from mlaudit.settings import IGNORES, SETTINGS, Setting

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
SOURCES = "https://github.com/mlaudit/mlaudit/blob/main"


GENERATED = ("rules/index.md", "settings.md", "commands.md")


def main() -> None:
    """Write the pages and the configuration, and build."""
    pages = BUILD / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    shutil.copytree(ROOT / "docs", pages)
    for name, text in generated().items():
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        (pages / name).write_text(text, "utf-8")
    (BUILD / "mkdocs.yml").write_text(yaml.safe_dump(configuration(), sort_keys=False), "utf-8")
    if "--pages" not in sys.argv:
        command = [
            sys.executable,
            "-m",
            "zensical",
            "build",
            "--clean",
            "--strict",
            "--config-file",
            str(BUILD / "mkdocs.yml"),
        ]
        sys.exit(subprocess.run(command, cwd=BUILD, check=False).returncode)


def configuration() -> dict[str, Any]:
    """mkdocs.yml with the pages of rules in its navigation, by family."""
    data: dict[str, Any] = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    families: dict[str, list[dict[str, str]]] = {}
    for rule in rulebook.load():
        families.setdefault(rule.family, []).append({f"{rule.id} {rule.name}": f"rules/{rule.name}.md"})
    data["nav"] = _there(data["nav"])
    listed = next(entry["Rules"] for entry in data["nav"] if "Rules" in entry)
    listed += [{family.capitalize(): entries} for family, entries in sorted(families.items())]
    return {**data, "docs_dir": "pages", "site_dir": "site"}


def _there(nav: list[Any]) -> list[Any]:
    """The navigation without pages by hand that are not written."""
    found = []
    for entry in nav:
        ((title, target),) = entry.items()
        if isinstance(target, list):
            found.append({title: _there(target)})
        elif target in GENERATED or (ROOT / "docs" / target).exists():
            found.append({title: target})
    return found


def generated() -> dict[str, str]:
    """The generated pages by their names."""
    rules = rulebook.load()
    pages = {f"rules/{rule.name}.md": as_markdown(rule, rulebook.examples(rule)) for rule in rules}
    return {**pages, "rules/index.md": _listing(rules), "settings.md": _settings(), "commands.md": _commands()}


def _listing(rules: list[Rule]) -> str:
    parts = ["# All rules", f"{len(rules)} rules. A level is the default; `[tool.mlaudit.levels]` changes it."]
    for family in sorted({rule.family for rule in rules}):
        rows = ["| Rule | Level | What it finds |", "| --- | --- | --- |"]
        for rule in rules:
            if rule.family == family:
                level = rule.level if rule.enabled else "off"
                rows.append(f"| [{rule.id}]({rule.name}.md) {rule.name} | {level} | {rule.title} |")
        parts += [f"## {family.capitalize()}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _settings() -> str:
    about = (
        "They stand in `[tool.mlaudit]` of `pyproject.toml`, or without that heading in `mlaudit.toml` or "
        "`.mlaudit.toml`. The file nearest to the root of the repository, from there upwards, holds alone. An unknown "
        "key is refused, with the nearest right word. `mlaudit config KEY` says the same at the terminal, "
        "`mlaudit --show-settings` says which are in force, and who decided; editors can check the file with the "
        f"[JSON Schema]({SOURCES}/docs/schema/config-1.json)."
    )
    return "\n\n".join(["# Settings", about, *map(_setting, SETTINGS)]) + "\n"


def _setting(setting: Setting) -> str:
    lines = [f"## {setting.name}", f"{setting.about[:1].upper()}{setting.about[1:]}."]
    if setting.choices:
        lines.append(f"One of: {', '.join(f'`{word}`' for word in setting.choices)}.")
    if setting.name == "ignores":
        rows = "\n".join(f"| `{key}` | {about} |" for key, about in IGNORES.items())
        lines.append(f"| Key | Meaning |\n| --- | --- |\n{rows}")
    lines += [f"Default: {setting.default or 'none'}.", f"```toml\n{setting.example}\n```"]
    return "\n\n".join(lines)


def _commands() -> str:
    parts = ["# Commands", "What `--help` of each command says. Findings go to standard output, all else to stderr."]
    for name in names():
        found = parser(name)
        parts += [f"## mlaudit {name}", f"{found.description or ''}"]
        if name == "check":
            parts.append("`check` need not be written: `mlaudit` alone is the same.")
        parts += [_group(group) for group in found._action_groups if any(_told(group))]
        if found.epilog:
            parts.append(f"{found.epilog[:1].upper()}{found.epilog[1:]}.")
    return "\n\n".join(parts) + "\n"


def _group(group: argparse._ArgumentGroup) -> str:
    title = (group.title or "").replace("positional arguments", "arguments").capitalize()
    rows = [f"| {_words(action)} | {_about(action)} |" for action in _told(group)]
    return "\n".join([f"| {title} | |", "| --- | --- |", *rows])


def _told(group: argparse._ArgumentGroup) -> list[argparse.Action]:
    return [action for action in group._group_actions if action.help != argparse.SUPPRESS]


def _words(action: argparse.Action) -> str:
    """How an option or argument is written: `--fail-on note|warning|error|never`."""
    words = [str(choice) for choice in action.choices or ()]
    named = str(action.metavar or "|".join(words) or (action.dest.upper() if action.nargs != 0 else ""))
    named = named.replace("|", "\\|")
    if not action.option_strings:
        return f"`{named}`"
    return ", ".join(f"`{option} {named}`".replace(" `", "`") for option in action.option_strings)


def _about(action: argparse.Action) -> str:
    about = (action.help or "").replace("|", "\\|")
    return about[:1].upper() + about[1:]


def names() -> list[str]:
    """The commands, in the order in which the help lists them."""
    return [part.split()[0] for part in COMMANDS.split(", ")]


if __name__ == "__main__":
    main()
