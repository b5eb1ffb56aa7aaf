"""Which texts are read and written in whatever encoding the machine prefers?"""

from collections.abc import Iterator

from mlaudit.facts import PythonVersion, Repo
from mlaudit.facts.syntax import Assign, Call, Constant, Expression, Name, Operation, With
from mlaudit.knowledge import texts
from mlaudit.orders.scopes import Files, Scope
from mlaudit.orders.walk import Occurrence, method_of
from mlaudit.resolution.pythons import admitted
from mlaudit.running.spots import Spot, joined

# Without one of these a file has nothing to ask.
WORDS = ("open", "read_text", "write_text")
# The Python from which UTF-8 is what `open` takes everywhere (PEP 686).
UTF8 = (3, 15)


def implicit(repo: Repo) -> list[Spot]:
    """The first text of each file that is opened without an encoding, with the others of that file."""
    if _is_utf8(repo):
        return []
    found = (spot for file in repo.view(Files).holding(*WORDS) for scope in file.module.whole() for spot in _of(scope))
    return [spot._replace(detail="") for spot in joined(spot._replace(detail="text") for spot in found)]


def _is_utf8(repo: Repo) -> bool:
    """Whether every Python that the repository asks for reads UTF-8."""
    wanted = [admitted(each) for each in repo.all(PythonVersion) if each.origin in ("requires-python", "poetry")]
    return bool(wanted) and all(pythons and min(pythons) >= UTF8 for pythons in wanted)


def _of(scope: Scope) -> Iterator[Spot]:
    for found in scope.found:
        if isinstance(found.expression, Call) and _is_implicit(scope, found, found.expression):
            yield Spot(scope.location(found.expression.at), _written(found.expression.function))


def _is_implicit(scope: Scope, found: Occurrence, call: Call) -> bool:
    name = scope.resolved(call.function)
    opener = texts.opener(name) if name else texts.method_opener(method_of(call.function))
    if opener is None or any(keyword in ("encoding", "") for keyword, _ in call.keywords):
        return False
    if len(call.arguments) > opener.encoding or any(type(each).__name__ == "Starred" for each in call.arguments):
        return False
    mode = _mode(call, opener)
    if mode is None or "b" in mode or (opener.binary and "t" not in mode):
        return False
    if opener.mode is None:
        return not _writes_plain(scope, call.arguments[:1])
    return not _is_of_system(call) and not _is_plain(scope, found, mode)


def _mode(call: Call, opener: texts.Opener) -> str | None:
    """The mode; None where it is not known."""
    if opener.mode is None:
        return "r"
    named = next((value for keyword, value in call.keywords if keyword == "mode"), None)
    given = call.arguments[opener.mode] if len(call.arguments) > opener.mode else named
    if given is None:
        return "r"
    return given.value if isinstance(given, Constant) and isinstance(given.value, str) else None


def _is_of_system(call: Call) -> bool:
    path = call.arguments[0] if call.arguments else None
    match path:
        case Constant(str(text)):
            return texts.is_of_the_system(text)
        case Name(dotted):
            return dotted.endswith("devnull")
        case Constant(int()):
            return True
    return False


def _is_plain(scope: Scope, found: Occurrence, mode: str) -> bool:
    """Whether what is written is ASCII whatever it holds: the file is given to nothing but calls that write so."""
    if "r" in mode and "+" not in mode:
        return False
    if isinstance(found.trail.node, Call):
        call = found.trail.node
        return found.trail.slot != "function" and _writes_ascii(scope, call)
    name = _bound(found)
    if not name:
        return isinstance(found.trail.node, With)
    uses = [each for where in scope.seeing(name) for each in where.found if _is_use(each, name)]
    return all(_given_to_plain(scope, each) for each in uses)


def _bound(found: Occurrence) -> str:
    node = found.trail.node
    match node:
        case With(contexts):
            target = next((target for context, target in contexts if context is found.expression), None)
            return target.dotted if isinstance(target, Name) else ""
        case Assign(_, (Name(dotted),)) if found.trail.slot == "value":
            return dotted
    return ""


def _is_use(found: Occurrence, name: str) -> bool:
    expression = found.expression
    is_named = isinstance(expression, Name) and expression.dotted.partition(".")[0] == name
    return is_named and found.trail.slot != "target" and expression != Name(f"{name}.close")


def _given_to_plain(scope: Scope, found: Occurrence) -> bool:
    node = found.trail.node
    if not isinstance(node, Call):
        return False
    if isinstance(found.expression, Name) and "." not in found.expression.dotted:
        return _writes_ascii(scope, node)
    return found.trail.slot == "function" and _writes_plain(scope, node.arguments[:1])


def _writes_ascii(scope: Scope, call: Call) -> bool:
    row = texts.plain(scope.resolved(call.function))
    return row is not None and (row.argument, Constant(row.value)) not in call.keywords


def _writes_plain(scope: Scope, arguments: tuple[Expression, ...]) -> bool:
    """Whether what is written is a text in ASCII: a literal, or what a writer of ASCII gives."""
    match arguments:
        case (Constant(str(text)),):
            return text.isascii()
        case (Call() as call,):
            return _writes_ascii(scope, call)
        case (Operation("+", operands),):
            return all(_writes_plain(scope, (operand,)) for operand in operands)
    return False


def _written(function: Expression) -> str:
    return (
        function.dotted if isinstance(function, Name) and function.dotted.count(".") < 3 else f".{method_of(function)}"
    )
