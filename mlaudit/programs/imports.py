"""What does an import run and bind?"""

from mlaudit.knowledge.streams import rows
from mlaudit.programs import expressions, statements
from mlaudit.programs.machine import Frame, Machine
from mlaudit.programs.modules import dotted as dotted_name
from mlaudit.programs.outcomes import Done
from mlaudit.values import ROOT, UNKNOWN, Closure, Inside, Instance, Kind, Known, Outside, Thing, Value


def bind(machine: Machine, frame: Frame, name: str, dotted: str) -> None:
    """Import a dotted path and bind it to a name: `*` for all of its names, "" for none."""
    found = machine.modules.find(dotted, frame.path)
    if found is None:
        if name == "*":
            frame.names.setdefault("*", Outside(dotted))
        elif name:
            frame.bind(name, Outside(dotted))
        return
    path, rest = found
    for package in _packages(machine, path):
        load(machine, package)
    is_below = "." in dotted.rstrip(".")
    module: Value = (not rest and is_below and _in_its_place(machine, path, frame)) or Inside(path)
    if name == "*":
        source = machine.frames[path].names if path in machine.frames else {}
        frame.names.update({each: value for each, value in source.items() if not each.startswith("_")})
        return
    for part in rest.split(".") if rest else ():
        module = expressions.attribute(machine, module, part)
    if name:
        frame.bind(name, module)


def _in_its_place(machine: Machine, path: str, frame: Frame) -> Value | None:
    """What a package binds to the name of its own module (`from .reader import reader`): that is what imports give."""
    folder, _, name = path.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")
    package = machine.frames.get(f"{folder}/__init__.py")
    if package is None or package is frame.module:
        return None
    found = package.names.get(name)
    return found if isinstance(found, Kind | Closure | Instance | Thing) else None


def _packages(machine: Machine, path: str) -> list[str]:
    """The __init__ files above a module, outermost first, and the module itself."""
    found = [path]
    folder = path.rpartition("/")[0]
    while folder:
        init = f"{folder}/__init__.py"
        if init in machine.codes and init not in found:
            found.append(init)
        folder = folder.rpartition("/")[0]
    return found[::-1]


def load(machine: Machine, path: str) -> None:
    """Run the import-time code of a module, once in a program."""
    if path in machine.loaded or path not in machine.codes:
        return
    machine.loaded.add(path)
    at = machine.codes[path].at
    outcome, _ = machine.remembered(path)
    if outcome is None:
        outcome = machine.watched(lambda: _executed(machine, path))
        machine.remember(path, outcome)
    machine.replay(outcome, at, dotted_name(path))


def _executed(machine: Machine, path: str) -> Done:
    frame = machine.frames.setdefault(path, Frame(path, {}))
    frame.names |= {"__name__": Known(dotted_name(path)), "__file__": Known(f"{ROOT}/{path}")}
    statements.block(machine, frame, machine.codes[path].body)
    return Done(machine.streams, UNKNOWN)


def member(machine: Machine, path: str, name: str) -> Value:
    """A name of a module of the repository: what it binds, or a module below it."""
    frame = machine.frames.get(path)
    if frame is not None and name in frame.names:
        return frame.names[name]
    if path.endswith("__init__.py") and (found := machine.modules.find(f".{name}", path)) and not found[1]:
        load(machine, found[0])
        return Inside(found[0])
    if frame is not None and (star := frame.names.get("*")):
        return of_star(star, name) or UNKNOWN
    return UNKNOWN


def of_star(star: Value, name: str) -> Value | None:
    """A name that a star import of a library may have bound: one that its tables know."""
    if not isinstance(star, Outside):
        return None
    dotted = f"{star.name}.{name}"
    return Outside(dotted) if rows(dotted) else None
