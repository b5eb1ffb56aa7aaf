"""What can be written so that two runs of one commit draw the same numbers?"""

import ast

from mlaudit.facts import Location
from mlaudit.findings import Finding, Fix
from mlaudit.fixes import Asked
from mlaudit.fixes.python import arguments, listings
from mlaudit.fixes.python.draws import draws, seeded
from mlaudit.fixes.python.heads import Head, Heads
from mlaudit.fixes.python.pieces import Change, Parts, Piece, call_at
from mlaudit.fixes.python.removing import removed
from mlaudit.fixes.python.seeds import Place, own_seed
from mlaudit.fixes.python.statements import function_of, statement_of
from mlaudit.programs.faults import faults

ORDER = "what the listing holds: only its order changes"


def unseeded_stream(finding: Finding, asked: Asked) -> Fix | None:
    for fault in asked.repo.view(faults).get("unseeded-stream", ()):
        if fault.at == finding.at and (head := asked.repo.view(Heads).of(fault.program, asked.source)):
            return _headed(head, fault.program)
    return None


def uncalled_seed_helper(finding: Finding, asked: Asked) -> Fix | None:
    for fault in asked.repo.view(faults).get("unseeded-stream", ()):
        head = asked.repo.view(Heads).of(fault.program, asked.source)
        name = finding.named[0] if finding.named else ""
        if head and name and any(call.startswith(f"{name}(") for call in head.calls):
            return _headed(head, fault.program)
    return None


def _headed(head: Head, program: str) -> Fix:
    calls = ", ".join(f"`{call}`" for call in head.calls)
    return Fix(f"Seed first thing in `{program}`: {calls}", head.origin, "unsafe", head.edits)


def unseeded_call(finding: Finding, asked: Asked) -> Fix | None:
    return _seeded(finding, asked)


def unseeded_generator(finding: Finding, asked: Asked) -> Fix | None:
    return _seeded(finding, asked)


def _seeded(finding: Finding, asked: Asked) -> Fix | None:
    """The call at a place with the project's own seed."""
    parts = _parts(finding, asked)
    found, draw = call_at(parts, finding.at), asked.repo.view(draws).get(finding.at)
    if found is None or draw is None:
        return None
    piece, call = found
    written = seeded(asked.repo, Place(parts, piece, call), call, draw)
    if written is None or not written[1]:
        return None
    own, changes = written
    return Fix(f"Seed `{_name(piece, call)}` with `{own.expression}`", own.origin, "unsafe", piece.edits(changes))


def unseeded_environment(finding: Finding, asked: Asked) -> Fix | None:
    parts = _parts(finding, asked)
    found = call_at(parts, finding.at)
    if found is None or not finding.named or not _runs_once(*found):
        return None
    piece, call = found
    is_reset = isinstance(call.func, ast.Attribute) and call.func.attr == "reset" and not call.args
    if not is_reset or not _gives_two(piece, call):
        return None
    own = own_seed(asked.repo, Place(parts, piece, call))
    changes = arguments.keyword(piece, call, "seed", own.expression)
    if not changes:
        return None
    return Fix(f"Seed the environment with `{own.expression}`", own.origin, "unsafe", piece.edits(changes))


def _runs_once(piece: Piece, call: ast.Call) -> bool:
    """Whether a call stands in the module itself, in no loop."""
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.AsyncFor, ast.Lambda)
    is_looped = any(isinstance(each, loops) for each in piece.above(call))
    return not is_looped and isinstance(function_of(piece, call), ast.Module)


def _gives_two(piece: Piece, call: ast.Call) -> bool:
    """Whether the caller takes two values from a reset, as versions give them whose reset takes a seed."""
    match piece.parents[call]:
        case ast.Assign([ast.Tuple([_, _])]):
            return True
    return False


def unsorted_listing(finding: Finding, asked: Asked) -> Fix | None:
    found = call_at(_parts(finding, asked), finding.at)
    changes = listings.in_order(*found) if found else ()
    if not found or not changes:
        return None
    return Fix(f"Sort `{_name(*found)}`", ORDER, "unsafe", found[0].edits(changes))


def set_ordered_data(finding: Finding, asked: Asked) -> Fix | None:
    found = call_at(_parts(finding, asked), finding.at)
    changes = listings.set_in_order(*found) if found else ()
    if not found or not changes:
        return None
    return Fix(
        "Sort the set as it becomes a list",
        "what the set holds: only its order changes",
        "unsafe",
        found[0].edits(changes),
    )


def completion_ordered_results(finding: Finding, asked: Asked) -> Fix | None:
    found = call_at(_parts(finding, asked), finding.at)
    if not found or not isinstance(found[1].func, ast.Attribute) or found[1].func.attr != "imap_unordered":
        return None
    end = found[0].span(found[1].func)[1]
    change = Change(end - len("imap_unordered"), end, "imap")
    origin = "`imap` takes the same arguments and gives the same results, in the order of its input"
    return Fix("Keep the order of the input: `imap`", origin, "unsafe", found[0].edits([change]))


def autotuned_kernels(finding: Finding, asked: Asked) -> Fix | None:
    return _switched_off(finding, asked, "benchmark")


def contradictory_determinism(finding: Finding, asked: Asked) -> Fix | None:
    return _switched_off(finding, asked, "benchmark")


def _switched_off(finding: Finding, asked: Asked, switch: str) -> Fix | None:
    """`….benchmark = True` becomes False."""
    for piece in _parts(finding, asked):
        target = piece.find(finding.at, ast.Attribute)
        if target is None or target.attr != switch:
            continue
        match piece.parents[target]:
            case ast.Assign([_], ast.Constant(True) as value):
                change = Change(*piece.span(value), "False")
                return Fix(
                    f"Set `{piece.written(target)}` to False", "the switch itself", "unsafe", piece.edits([change])
                )
    return None


def ineffective_hash_seed(finding: Finding, asked: Asked) -> Fix | None:
    for piece in _parts(finding, asked):
        for statement in _assigning(piece, finding.at):
            change = removed(piece, statement)
            if change:
                origin = "a process reads PYTHONHASHSEED as it starts: this line changes nothing in the one that runs"
                return Fix("Remove the line that sets PYTHONHASHSEED", origin, "unsafe", piece.edits([change]))
    return None


def _assigning(piece: Piece, at: Location) -> list[ast.stmt]:
    """The statement that sets one environment variable at a place, and nothing else."""
    for node in piece.parents:
        if not isinstance(node, ast.expr) or piece.at(node) != at:
            continue
        statement = statement_of(piece, node)
        match statement:
            case ast.Assign([ast.Subscript(slice=ast.Constant("PYTHONHASHSEED"))]):
                return [statement]
            case ast.Expr(ast.Call(ast.Attribute(attr="setdefault" | "putenv"), [ast.Constant("PYTHONHASHSEED"), *_])):
                return [statement]
    return []


def moving_seed(finding: Finding, asked: Asked) -> Fix | None:
    parts = _parts(finding, asked)
    found = call_at(parts, finding.at)
    if found is None or len(found[1].args) != 1 or found[1].keywords:
        return None
    piece, call = found
    causes = [each.detail for each in asked.repo.view(faults).get("moving-seed", ()) if each.at == finding.at]
    if not causes or not _only_moves(piece, call.args[0], causes[0]) or not _runs_once(piece, call):
        return None
    own = own_seed(asked.repo, Place(parts, piece, call))
    change = Change(*piece.span(call.args[0]), own.expression)
    return Fix(f"Seed with `{own.expression}`", own.origin, "unsafe", piece.edits([change]))


def _only_moves(piece: Piece, value: ast.expr, cause: str) -> bool:
    """Whether a seed is made of nothing but the call that moves it, numbers and Python's own functions: the rank of a
    process or the number of a worker would be lost."""
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    moving = [each for each in calls if piece.written(each.func).rpartition(".")[2] == cause.rpartition(".")[2]]
    inside = {id(node) for each in moving for node in ast.walk(each)}
    others = (node for node in ast.walk(value) if id(node) not in inside)
    names = {node.id for node in others if isinstance(node, ast.Name)}
    return len(moving) == 1 and names <= {"int", "round", "abs", "hash", "str"}


def _parts(finding: Finding, asked: Asked) -> list[Piece]:
    """The Python of the file at fault."""
    return asked.repo.view(Parts).of(asked.source(finding.at.path))


def _name(piece: Piece, call: ast.Call) -> str:
    return " ".join(piece.written(call.func).split())
