"""How is the picture of data and models drawn: which box stands where, and which line joins which?

Four columns: what comes in (sources, files and models that nothing here makes), programs, the data that they write, the
models that they write. Files of one folder become one box where there are too many to read.
"""

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import NamedTuple

from mlaudit.listed import BY_DVC, BY_LFS, Lineage, LineageNode
from mlaudit.reports.text import plain

COLUMNS = ("comes in", "programs", "data they write", "models they write")
READABLE = 40
WIDTH, HEIGHT, GAP, STEP, TOP = 196, 30, 60, 42, 30
LETTERS = 23
# What the state of a node means for who wants it again: kept by version, made here, lost, or not known.
STATES = {"tracked": "kept", BY_DVC: "kept", BY_LFS: "kept", "written": "made"}
# Any other state is that of something that is not in the commit.
OPEN = ("unknown", "remote", "named")
SIGNS = {"kept": "●", "made": "◆", "lost": "▲", "open": "?", "program": ""}


class Box(NamedTuple):
    """A node, or several that are drawn as one: `label` is cut to the box, `title` says all."""

    label: str
    title: str
    kind: str
    standing: str
    sign: str
    x: int
    y: int


class Line(NamedTuple):
    """An edge as the path of an SVG; `back` where it runs from right to left."""

    path: str
    does: str
    back: bool


class Drawing(NamedTuple):
    """The picture, its size, the width of a box, and the headings of its columns with their places."""

    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    heads: tuple[tuple[int, str], ...] = ()
    width: int = 0
    height: int = 0
    box: int = WIDTH


class Group(NamedTuple):
    """Nodes that are drawn as one."""

    column: int
    kind: str
    standing: str
    nodes: tuple[LineageNode, ...]


def draw(lineage: Lineage) -> Drawing:
    """The picture; empty where there is nothing to draw, or too much to read."""
    for key in (lambda node: node.id, _folder, _root):
        groups = _groups(lineage, key)
        if 0 < len(groups) <= READABLE:
            return _drawn(lineage, groups)
    return Drawing()


def standing(node: LineageNode) -> str:
    """What the state of a node means: kept, made, lost or open; a program is a program."""
    if node.kind == "program":
        return "program"
    return STATES.get(node.state, "open" if node.state in OPEN else "lost")


def _folder(node: LineageNode) -> str:
    return node.id if "://" in node.name else f"{posixpath.dirname(node.name)}/"


def _root(node: LineageNode) -> str:
    return "//" if "://" in node.name else f"{node.name.split('/')[0]}/" if "/" in node.name else "/"


def _groups(lineage: Lineage, key: Callable[[LineageNode], str]) -> list[Group]:
    made = {edge.target for edge in lineage.edges}
    found: dict[tuple[int, str, str, str], list[LineageNode]] = {}
    for node in lineage.nodes:
        found.setdefault((_column(node, made), node.kind, standing(node), key(node)), []).append(node)
    return [Group(column, kind, state, tuple(nodes)) for (column, kind, state, _), nodes in found.items()]


def _column(node: LineageNode, made: set[str]) -> int:
    if node.kind == "program":
        return 1
    return 0 if node.id not in made else 3 if node.kind == "model" else 2


def _drawn(lineage: Lineage, groups: list[Group]) -> Drawing:
    home = {node.id: number for number, group in enumerate(groups) for node in group.nodes}
    edges = sorted({(home[edge.source], home[edge.target], edge.does) for edge in lineage.edges})
    columns = _ordered(groups, [(source, target) for source, target, _ in edges])
    highest = max(map(len, columns))
    places: dict[int, tuple[int, int]] = {}
    for number, column in enumerate(columns):
        start = TOP + (highest - len(column)) * STEP // 2
        places |= {group: (number * (WIDTH + GAP), start + row * STEP) for row, group in enumerate(column)}
    return Drawing(
        boxes=_boxes(groups, places),
        lines=tuple(_line(places[source], places[target], does) for source, target, does in edges),
        heads=tuple(
            (number * (WIDTH + GAP), COLUMNS[groups[column[0]].column]) for number, column in enumerate(columns)
        ),
        width=len(columns) * (WIDTH + GAP) - GAP,
        height=TOP + highest * STEP,
    )


def _ordered(groups: list[Group], edges: list[tuple[int, int]]) -> list[list[int]]:
    """The columns that are not empty, each in the order that keeps its lines short: by the mean place of neighbours."""
    columns = [[n for n, group in enumerate(groups) if group.column == column] for column in range(len(COLUMNS))]
    neighbours: dict[int, list[int]] = {}
    for source, target in edges:
        neighbours.setdefault(source, []).append(target)
        neighbours.setdefault(target, []).append(source)
    for _ in range(6):
        for column in columns:
            place = _places(columns)
            column.sort(
                key=lambda n: (_mean([place[other] for other in neighbours.get(n, ())]), groups[n].nodes[0].name)
            )
    return [column for column in columns if column]


def _places(columns: Iterable[list[int]]) -> dict[int, float]:
    return {group: (row + 0.5) / len(column) for column in columns for row, group in enumerate(column)}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 1.0


def _boxes(groups: list[Group], places: dict[int, tuple[int, int]]) -> tuple[Box, ...]:
    """The boxes. Names whose ends are the same are cut in the middle instead."""
    labels = [_label(group) for group in groups]
    twice = {label for label, number in Counter(labels).items() if number > 1}
    return tuple(
        _box(
            group,
            _middle(plain(group.nodes[0].name)) if label in twice and len(group.nodes) == 1 else label,
            *places[number],
        )
        for number, (group, label) in enumerate(zip(groups, labels, strict=True))
    )


def _label(group: Group) -> str:
    if len(group.nodes) == 1:
        return _cut(plain(group.nodes[0].name))
    return f"{len(group.nodes)} in {_cut(plain(_common(group)), LETTERS - 6)}"


def _box(group: Group, label: str, x: int, y: int) -> Box:
    states = ", ".join(
        state if number == 1 else f"{number} {state}" for state, number in sorted(_states(group).items())
    )
    names = ", ".join(node.name for node in group.nodes[:20]) + (", …" if len(group.nodes) > 20 else "")
    return Box(label, f"{group.kind} {names}: {states}", group.kind, group.standing, SIGNS[group.standing], x, y)


def _states(group: Group) -> Counter[str]:
    return Counter(node.state for node in group.nodes)


def _common(group: Group) -> str:
    """The folder that holds all of a group."""
    if any("://" in node.name for node in group.nodes):
        return "the web"
    first, *others = (posixpath.dirname(node.name).split("/") for node in group.nodes)
    shared = sum(
        1 for _ in takewhile(lambda n: all(other[: n + 1] == first[: n + 1] for other in others), range(len(first)))
    )
    return f"{'/'.join(first[:shared]) or '.'}/"


def _cut(name: str, letters: int = LETTERS) -> str:
    """The end of a name says more than its beginning."""
    name = name.split("://", 1)[-1]
    return name if len(name) <= letters else f"…{name[1 - letters :]}"


def _middle(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[:9]}…{name[10 - LETTERS :]}"


def _line(source: tuple[int, int], target: tuple[int, int], does: str) -> Line:
    """A curve from side to side; one that runs back leaves on the left and ends on the right."""
    back = source[0] >= target[0]
    x, y = source[0] + (0 if back else WIDTH), source[1] + HEIGHT // 2 + (5 if back else -3)
    to_x, to_y = target[0] + (WIDTH + 7 if back else -7), target[1] + HEIGHT // 2 + (5 if back else -3)
    bend = GAP // 2 if abs(to_x - x) <= GAP else abs(to_x - x) // 2
    pull = -bend if back else bend
    return Line(f"M{x} {y}C{x + pull} {y} {to_x - pull} {to_y} {to_x} {to_y}", does, back)
