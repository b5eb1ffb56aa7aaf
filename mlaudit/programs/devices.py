"""Which switches does a program throw, and which operators does it use that do not repeat on a device?"""

from mlaudit.facts.place import Location
from mlaudit.knowledge.rows import Row
from mlaudit.knowledge.streams import is_stored, library, recorder
from mlaudit.programs.events import Effect
from mlaudit.programs.machine import GRADIENTS, Machine
from mlaudit.programs.sites import Site, applies
from mlaudit.values import Either, Known, Thing, Value, truth

# Methods by which a model computes.
MODELS = ("call", "__call__")


def determinism(row: Row, site: Site) -> Value | None:
    """A switch, thrown by the call or by one of its arguments."""
    holds = applies(row, site.arguments)
    if holds is False:
        return None
    is_on, is_sure = True, holds is True
    if row.argument:
        value = site.arguments.get(row.argument, row.position)
        if value is None:
            return None
        given = truth(value)
        is_on, is_sure = given is not False, is_sure and given is not None
    site.machine.events.append(Effect(site.at, row.effect, site.name, is_on, is_sure))
    return None


def operator(row: Row, site: Site) -> Value | None:
    """An operator that does not repeat on a device; of a tensor that is known to be made on the CPU, no word."""
    if applies(row, site.arguments) is False or (site.owner is not None and not _is_on_device(site.owner)):
        return None
    if row.backward and (_is_unrecorded(site) or _is_stored(site.arguments.get("input", 0))):
        return None
    site.machine.events.append(Effect(site.at, "operator", site.name))
    return None


def _is_unrecorded(site: Site) -> bool:
    """Whether no gradient is recorded where a call stands."""
    site.machine.touched.add(GRADIENTS)
    asks = bool(recorder(site.name.partition(".")[0])) and site.frame.name not in MODELS
    return bool(site.machine.gradless) or (asks and not site.machine.recorders)


def _is_stored(value: Value | None) -> bool:
    """Whether a tensor was read from disk: no gradient flows back to it."""
    values = value.values if isinstance(value, Either) else (value,)
    return all(isinstance(each, Thing) and is_stored(each.name) for each in values)


def _is_on_device(tensor: Thing) -> bool:
    return bool(tensor.state.get("device")) or tensor.arguments.get("device") is not None


def switched(machine: Machine, target: str, value: Value, at: Location) -> None:
    """An attribute or environment variable is set that a rule may ask for."""
    if target.startswith("os.environ["):
        target = target[len("os.environ[") : -1]
        machine.events.append(Effect(at, "environment variable", target))
        if target.endswith("BACKEND") and isinstance(value, Known):
            machine.backends[target] = str(value.value)
    module = "torch" if target.startswith(("CUBLAS", "CUDNN")) else target.partition(".")[0]
    for switch in library("tensorflow" if target.startswith("TF_") else module).switches:
        if switch.target == target:
            is_on = value.value in switch.values if isinstance(value, Known) else truth(value) is not False
            machine.events.append(Effect(at, switch.effect, target, is_on, isinstance(value, Known)))
