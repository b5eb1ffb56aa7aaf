"""The page that somebody receives: one file that asks no network for anything, and is complete without its script."""

import base64
import hashlib
import os
import posixpath
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from mlaudit import __version__
from mlaudit.findings import Report
from mlaudit.listed import Item
from mlaudit.marks import ignore
from mlaudit.reports.actions import first
from mlaudit.reports.drawing import draw, standing
from mlaudit.reports.help import HOME, page_of, paragraph, paragraphs
from mlaudit.reports.links import permalink
from mlaudit.reports.sections import lines_of, sections
from mlaudit.reports.text import count, hidden, plain
from mlaudit.reports.verdict import parts
from mlaudit.scores import scores, unsilenced

FOLDER = os.path.join(os.path.dirname(__file__), "template")
# Offenders of a rule beyond these fold away; rows of the table beyond these are counted.
OPEN, ROWS = 10, 300


class Kind(NamedTuple):
    """How things of one kind are shown: what they and one of them are called, and what is said of its version, "" for
    nothing."""

    title: str
    one: str
    detail: str = ""


KINDS = {
    "program": Kind("Programs", "Program", "How to run it"),
    "python": Kind("Python", "Python", "Version"),
    "cuda": Kind("CUDA", "CUDA", "Version"),
    "framework": Kind("Frameworks", "Framework", "Version"),
    "image": Kind("Images", "Image", "Tag and digest"),
    "dataset": Kind("Data", "Dataset", "Version"),
    "model": Kind("Models", "Model", "Revision"),
    "variable": Kind("Environment variables", "Variable"),
    "secret": Kind("Secrets", "Secret"),
    "service": Kind("Services", "Service"),
}


def render(report: Report) -> str:
    """The page. Every text of the repository is escaped, and what would hide or reorder letters is written out."""
    style, script = _own("style.css"), _own("script.js")
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(plain=plain, spans=spans, paragraph=paragraph, paragraphs=paragraphs)
    environment.globals.update(
        count=count,
        page_of=page_of,
        permalink=permalink,
        standing=standing,
        hidden=hidden,
        ignore=ignore,
        lines_of=lines_of,
    )
    environment.globals.update(lines_of=lines_of)
    return environment.get_template("report.html").render(_words(report, style, script))


def _own(name: str) -> str:
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def _digest(text: str) -> str:
    """The hash by which the page's policy lets a style or a script through."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _words(report: Report, style: str, script: str) -> dict[str, Any]:
    verdict, ground = parts(report)
    return {
        "report": report,
        "name": _name(report),
        "verdict": verdict,
        "ground": ground,
        "sections": sections(report),
        "with_silenced": list(zip(scores(report), unsilenced(report), strict=True)),
        "actions": first(report),
        "drawing": draw(report.lineage),
        "nodes": _rows(report),
        "inventory": _inventory(report),
        "unread": [finding for finding in report.findings if finding.rule.family == "audit"],
        "style": Markup(style),  # our own files, byte for byte: their hashes are in the policy
        "script": Markup(script),
        "digests": (_digest(style), _digest(script)),
        "version": __version__,
        "home": HOME,
        "open": OPEN,
        "rows": ROWS,
    }


def _name(report: Report) -> str:
    """What the repository is called: by its address, else by its folder."""
    if report.origin.url:
        return "/".join(report.origin.url.split("/")[3:])
    return posixpath.basename(report.root.replace(os.sep, "/").rstrip("/")) or "this repository"


def _inventory(report: Report) -> list[tuple[Kind, list[Item]]]:
    """The kinds of things of which there are some, with how they are shown."""
    found = [(shown, [item for item in report.inventory if item.kind == kind]) for kind, shown in KINDS.items()]
    return [(shown, items) for shown, items in found if items]


def _rows(report: Report) -> list[tuple[Any, list[str], list[str]]]:
    """Each node of the picture that is no program, with the programs that make it and those that take it."""
    names = {node.id: node.name for node in report.lineage.nodes}
    makers: dict[str, list[str]] = {}
    takers: dict[str, list[str]] = {}
    for edge in report.lineage.edges:
        makers.setdefault(edge.target, []).append(names[edge.source])
        takers.setdefault(edge.source, []).append(names[edge.target])
    things = (node for node in report.lineage.nodes if node.kind != "program")
    return [(node, makers.get(node.id, []), takers.get(node.id, [])) for node in things]


def spans(text: str) -> Markup:
    """A text as it is, with what stands between backticks as code."""
    pieces = plain(text).split("`")
    if len(pieces) % 2 == 0:
        return escape(plain(text))
    marked = (Markup("<code>{}</code>").format(piece) if n % 2 else escape(piece) for n, piece in enumerate(pieces))
    return Markup("").join(marked)
