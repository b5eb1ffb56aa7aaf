"""What flows from where to where: sources, files, programs and models of a repository, and in which state each is?"""

import posixpath
from collections.abc import Iterator

from mlaudit.facts import Pointer, Repo, Transfer
from mlaudit.knowledge.places import is_of_a_machine, platform
from mlaudit.lineage.places import URL, candidates, is_folder_of_ours, is_in_repository, is_local, paths_of
from mlaudit.lineage.puts import kept_by_dvc, puts, targets_of
from mlaudit.lineage.references import READING, WRITING, Reference, in_own_code
from mlaudit.listed import BY_DVC, BY_LFS, Lineage, LineageEdge, LineageNode
from mlaudit.masking import masked
from mlaudit.values import GAP, ROOT

DOES = {
    READING: "reads",
    WRITING: "writes",
    "appends": "writes",
    "downloads": "downloads",
    "datasets": "loads",
    "models": "loads",
}
KINDS = {"datasets": "source", "models": "model", "downloads": "source"}


def picture(repo: Repo) -> Lineage:
    """The nodes and edges that programs and commands draw, sorted."""
    nodes: dict[str, LineageNode] = {}
    edges: dict[LineageEdge, None] = {}
    for program, edge, node in (*_of_programs(repo), *_of_commands(repo)):
        nodes.setdefault(program.id, program)
        nodes.setdefault(node.id, node)
        edges.setdefault(edge)
    return Lineage(tuple(sorted(nodes.values())), tuple(sorted(edges)))


def _of_programs(repo: Repo) -> Iterator[tuple[LineageNode, LineageEdge, LineageNode]]:
    for reference in repo.view(in_own_code):
        does = DOES.get(reference.role)
        if does is None or reference.row.kind in ("configuration", "log", "figure", "tracked"):
            continue
        program = LineageNode(f"program:{reference.program}", "program", reference.program, reference.kind)
        for text in reference.texts:
            node = _node(repo, reference, text)
            how = READING if does == "loads" and node.id.startswith("file:") else does
            yield program, _edge(program, how, node), node
        if does in ("downloads", "loads"):
            for target in reference.targets():
                node = _file(repo, reference, target)
                yield program, _edge(program, "writes", node), node


def _edge(program: LineageNode, does: str, node: LineageNode) -> LineageEdge:
    return LineageEdge(program.id, node.id, does) if does == "writes" else LineageEdge(node.id, program.id, does)


def _node(repo: Repo, reference: Reference, text: str) -> LineageNode:
    if reference.role in ("datasets", "models"):
        if text and GAP not in text and is_local(text) and is_folder_of_ours(repo, reference, text):
            return _file(repo, reference, text)
        kind, name = KINDS[reference.role], text
        return LineageNode(f"{kind}:{name}", kind, masked(name), "named")
    if URL.match(text):
        name = masked(text)
        return LineageNode(f"source:{name}", "source", name, "remote")
    return _file(repo, reference, text)


def _file(repo: Repo, reference: Reference, text: str) -> LineageNode:
    path, state = _placed(repo, reference, text)
    return LineageNode(f"file:{path}", "model" if reference.row.kind == "model" else "file", path, state)


def _placed(repo: Repo, reference: Reference, text: str) -> tuple[str, str]:
    """The path that a text names, and the state of what is there: kept by DVC or Git LFS, tracked, untracked, written,
    elsewhere, nowhere; or unknown, where a part of the text is."""
    shown = posixpath.normpath(masked(text.replace(f"{ROOT}/", "").replace(GAP, "*")))
    for path in candidates(text, reference.program) if GAP not in text and is_local(text) else ():
        if state := _state(repo, path):
            return path, state
    if where := platform(text):
        return shown, f"on {where.name}"
    if GAP in text:
        return shown, "unknown"
    if not is_local(text):
        is_put = any(put.text == text for put in repo.view(puts))
        return shown, "written" if is_put else "on one machine" if is_of_a_machine(text) else "elsewhere"
    return shown, "written" if is_in_repository(repo, reference, text) else "nowhere"


def _state(repo: Repo, path: str) -> str:
    """Who has what stands at a path of the repository; "" where nobody has."""
    kept = repo.view(_kept)
    if keeper := next((kept[above] for above in _above(path) if above in kept), ""):
        return keeper
    if path in repo.files:
        return "untracked" if repo.files[path].tracked is False else "tracked"
    return "tracked" if path in repo.view(paths_of) else ""


def _kept(repo: Repo) -> dict[str, str]:
    """Who keeps the data at a path: what `.dvc` files and stages name, and Git LFS."""
    found = dict.fromkeys(repo.view(kept_by_dvc), BY_DVC)
    return found | {each.path: BY_LFS for each in repo.all(Pointer) if each.kind == "lfs"}


def _above(path: str) -> Iterator[str]:
    while path:
        yield path
        path = posixpath.dirname(path)


def _of_commands(repo: Repo) -> Iterator[tuple[LineageNode, LineageEdge, LineageNode]]:
    """Commands that fetch: each file of commands is a program."""
    for transfer in repo.all(Transfer):
        if transfer.does != "fetch" or transfer.is_open:
            continue
        program = LineageNode(f"program:{transfer.at.path}", "program", transfer.at.path, "commands")
        for source in transfer.sources:
            node = LineageNode(f"source:{masked(source)}", "source", masked(source), "remote")
            yield program, LineageEdge(node.id, program.id, "downloads"), node
        for target in targets_of(transfer):
            if GAP not in target:
                path = posixpath.normpath(target)
                file = LineageNode(f"file:{path}", "file", path, "written")
                yield program, LineageEdge(program.id, file.id, "writes"), file
