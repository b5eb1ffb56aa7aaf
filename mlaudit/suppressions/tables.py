"""How does the configuration say that findings are meant to be? Tables at the end of the file that is in force."""

import json
import os
import tomllib
from collections.abc import Iterable, Mapping

from mlaudit.config import Config, UsageError
from mlaudit.findings import Finding
from mlaudit.patterns import pattern
from mlaudit.readers.comments.grammar import directive

SPECIAL = pattern(r"[\\*?\[\]]| $")


def added(
    findings: Iterable[Finding], config: Config, root: str, reason: str, contents: Mapping[str, bytes]
) -> tuple[str, bytes, int]:
    """The file, what it holds with a table for each of the findings, and how many tables that are. `contents` are
    those that files are about to get.

    Raises UsageError where the file holds its entries in another form, or none can be written.
    """
    path = _file(config, root)
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(root)).replace(os.sep, "/")
    before = contents[inside].decode() if inside in contents else _read(path)
    prefix = "tool.mlaudit." if os.path.basename(path) == "pyproject.toml" else ""
    said = directive(f"mlaudit: ignore[x] {reason}")
    reason, until = (said.reason, said.until) if said else (reason, "")
    tables = dict.fromkeys(_table(finding, prefix, reason, until) for finding in findings)
    newline = "\r\n" if "\r\n" in before else "\n"
    ends = "" if not before or before.endswith("\n") else "\n"
    text = before + (ends + "\n" * bool(before) + "\n".join(tables)).replace("\n", newline)
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
        return path, text.encode(), len(tables)
    except (tomllib.TOMLDecodeError, UnicodeEncodeError):
        raise UsageError(
            f"`{path}` cannot take tables [[{prefix}ignores]] at its end; write them by hand:\n{''.join(tables)}"
        ) from None


def _file(config: Config, root: str) -> str:
    """The file of the configuration that is in force, else pyproject.toml, else a new mlaudit.toml."""
    project = os.path.join(root, "pyproject.toml")
    return config.file or (project if os.path.isfile(project) else os.path.join(root, "mlaudit.toml"))


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"`{path}` cannot be read: {error}") from None


def _table(finding: Finding, prefix: str, reason: str, until: str) -> str:
    at = finding.at
    under = finding.snippet[at.column - 1 : at.end_column - 1] if at.end_line == at.line else ""
    rows = {
        "rule": finding.rule.id,
        "path": "/" + SPECIAL.sub(lambda match: f"\\{match[0]}", at.path),
        "text": under if len(under.strip()) >= 3 and len(under) <= 200 else "",
        "reason": reason,
        "until": until,
    }
    written = (f"{key} = {_string(value)}\n" for key, value in rows.items() if value)
    return f"[[{prefix}ignores]]\n{''.join(written)}"


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
