"""Which calls train a model, and where are gradients only looked at?"""

from mlaudit.facts.place import Location
from mlaudit.knowledge import streams
from mlaudit.programs.events import Effect
from mlaudit.programs.machine import Frame, Machine
from mlaudit.values import Outside, Value

# Calls that compute gradients: who does so once, and follows none of them, trains nothing.
GRADIENTS = frozenset({"backward", "gradient"})
STEPS = frozenset({"step", "zero_grad", "apply_gradients", "minimize", "update"})


def called(machine: Machine, name: str, at: Location, frame: Frame) -> None:
    """A library's function or method is called, by its full name."""
    if streams.trains(name):
        _note(machine, name, at, frame)
    elif streams.fits(name):
        machine.events.append(Effect(at, "fits", name))
    elif name.rpartition(".")[2] in STEPS or ".optim" in name:
        machine.events.append(Effect(at, "optimizes", name))


def unknown(machine: Machine, dotted: str, at: Location, frame: Frame) -> None:
    """A method of a value that nobody knows trains, if only one framework has a method of that name."""
    method = dotted.rpartition(".")[2]
    framework = streams.training_method(method)
    if framework and any(_comes_from(value, framework) for value in frame.module.names.values()):
        _note(machine, dotted, at, frame)
    elif method in STEPS:
        machine.events.append(Effect(at, "optimizes", dotted))
    elif any(
        _comes_from(value, library)
        for library in streams.fitting_libraries(method)
        for value in frame.module.names.values()
    ):
        machine.events.append(Effect(at, "fits", dotted, is_sure=False))


def _note(machine: Machine, name: str, at: Location, frame: Frame) -> None:
    is_sure = frame.loops > 0 or name.rpartition(".")[2] not in GRADIENTS
    machine.events.append(Effect(at, "trains", name, is_sure=is_sure))


def _comes_from(value: Value, module: str) -> bool:
    return isinstance(value, Outside) and value.name.partition(".")[0] == module
