"""When is a stream seeded, and when is a generator made from entropy? Hooks on the functions that do it."""

import ctypes
import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import random
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from .recorder import Recorder
from .streams import Stream, bits_reader, numpy_reader, plain, python_reader, torch_reader

NO_RESULTS = {"tempfile"}  # modules whose generators make names of files, not results
BIT_GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")

Hook = Callable[[Any, Recorder], None]
Made = Callable[[tuple[Any, ...], dict[str, Any], Any], None]


def hook(recorder: Recorder) -> None:
    """Watch the streams of `random` now, those of numpy and torch when they are imported."""
    _hook_python(recorder)
    later: dict[str, Hook] = {"numpy.random": _hook_numpy, "torch": _hook_torch}
    for name in [name for name in later if name in sys.modules]:
        later.pop(name)(sys.modules[name], recorder)
    sys.meta_path.insert(0, _Finder(later, recorder))


def _hook_python(recorder: Recorder) -> None:
    kind, hidden = random.Random, random._inst
    recorder.streams["python"] = Stream("python", python_reader([hidden]))
    seed, setstate, getstate = kind.seed, kind.setstate, kind.getstate

    def seeding(self: random.Random, a: Any = None, version: int = 2) -> None:
        if self is hidden:
            recorder.seeded("python", a, lambda: seed(self, a, version))
            return
        seed(self, a, version)
        if a is not None:
            recorder.forget(self)
        elif _caller(2) not in NO_RESULTS:
            recorder.watch(self, python_reader)

    def setting(self: random.Random, state: Any) -> None:
        act = functools.partial(setstate, self, state)
        if self is hidden:
            recorder.restored("python", act)
        else:
            recorder.given(self, act, lambda: state, python_reader)

    def getting(self: random.Random) -> Any:
        act = functools.partial(getstate, self)
        is_known = recorder.streams["python"].known if self is hidden else not recorder.is_watched(self)
        state = recorder.captures("python", act) if self is hidden else act()
        if not is_known and _caller(2) != python_reader.__module__:
            recorder.unknown.add(state)
        return state

    for name, method in {"seed": seeding, "setstate": setting, "getstate": getting}.items():
        setattr(kind, name, method)
        setattr(random, name, getattr(hidden, name))


def _caller(depth: int) -> str:
    return str(sys._getframe(depth + 1).f_globals.get("__name__", ""))


def _hook_numpy(module: Any, recorder: Recorder) -> None:
    hidden = module.mtrand._rand
    recorder.streams["numpy"] = Stream("numpy", numpy_reader(hidden))
    seed, set_state, get_state = module.seed, module.set_state, module.get_state

    def seeding(*args: Any, **options: Any) -> Any:
        value = args[0] if args else options.get("seed")
        return recorder.seeded("numpy", value, lambda: seed(*args, **options))

    def setting(*args: Any, **options: Any) -> Any:
        return recorder.restored("numpy", lambda: set_state(*args, **options))

    def getting(*args: Any, **options: Any) -> Any:
        return recorder.captures("numpy", lambda: get_state(*args, **options))

    for place in (module, module.mtrand):
        place.seed, place.set_state, place.get_state = seeding, setting, getting
    for name in BIT_GENERATORS:
        _hook_states(getattr(module, name), hidden._bit_generator, recorder)
    _hook_reseeding(module.MT19937, hidden._bit_generator, recorder)
    _hook_generators(module, recorder)


def _hook_states(kind: Any, hidden: Any, recorder: Recorder) -> None:
    """Watch what is taken from and given to the `state` of a class of bit generators."""
    state = kind.__dict__["state"]

    def getting(self: Any) -> Any:
        value = state.__get__(self)
        is_known = recorder.streams["numpy"].known if self is hidden else not recorder.is_watched(self)
        if not is_known and _caller(2) != plain.__module__:
            recorder.unknown.add(plain(value))
        return value

    def setting(self: Any, value: Any) -> None:
        if self is hidden:
            state.__set__(self, value)
        else:
            recorder.given(self, lambda: state.__set__(self, value), lambda: plain(state.__get__(self)), bits_reader)

    _replace(kind, "state", property(getting, setting))


def _hook_reseeding(kind: Any, hidden: Any, recorder: Recorder) -> None:
    """Watch the method behind `RandomState.seed`; that of the global stream has its own hook."""
    seed = kind.__dict__["_legacy_seeding"]

    def seeding(self: Any, value: Any) -> None:
        if self is hidden:
            seed(self, value)
        else:
            recorder.reseeded(self, value, lambda: seed(self, value), bits_reader)

    _replace(kind, "_legacy_seeding", seeding)


def _replace(kind: type, name: str, member: Any) -> None:
    """Change a compiled class, whose dictionary lets itself be changed only behind its back."""
    gc.get_referents(kind.__dict__)[0][name] = member
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _hook_generators(module: Any, recorder: Recorder) -> None:
    """Put stand-ins for the classes and functions of numpy that make generators."""
    from_entropy: list[Any] = []  # seed sequences that hold entropy; kept, so that no other object takes their place

    def made(args: tuple[Any, ...], options: dict[str, Any], generator: Any) -> None:
        given = args[0] if args else next(iter(options.values()), None)
        if given is not None and not any(given is one for one in from_entropy):
            return
        if hasattr(generator, "spawn_key"):
            from_entropy.append(generator)
            return
        bits = getattr(generator, "bit_generator", None) or getattr(generator, "_bit_generator", generator)
        if hasattr(bits, "state"):
            recorder.watch(bits, bits_reader)

    module.default_rng = _telling(module.default_rng, made)
    module.RandomState = module.mtrand.RandomState = _stand_in(module.RandomState, made)
    for name in (*BIT_GENERATORS, "SeedSequence"):
        setattr(module, name, _stand_in(getattr(module, name), made))


def _telling(function: Callable[..., Any], made: Made) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        generator = function(*args, **options)
        made(args, options, generator)
        return generator

    return call


def _stand_in(kind: Any, made: Made) -> Any:
    """A class that makes objects of `kind`, has them for instances, and tells when it made one."""

    class Telling(type(kind)):  # type: ignore[misc]
        def __call__(cls, *args: Any, **options: Any) -> Any:
            new = kind(*args, **options) if cls is stand_in else super().__call__(*args, **options)
            made(args, options, new)
            return new

        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, kind) if cls is stand_in else super().__instancecheck__(instance)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, kind) if cls is stand_in else super().__subclasscheck__(other)

    stand_in = Telling(kind.__name__, (kind,), {"__module__": kind.__module__, "__doc__": kind.__doc__})
    return stand_in


def _hook_torch(module: Any, recorder: Recorder) -> None:
    recorder.streams["torch"] = Stream("torch", torch_reader(module.default_generator))
    source = module.random
    manual_seed, seed = source.manual_seed, source.seed
    set_state, get_state = source.set_rng_state, source.get_rng_state

    def seeding(seed: Any) -> Any:
        return recorder.seeded("torch", seed, lambda: manual_seed(seed))

    def moving() -> Any:
        return recorder.seeded("torch", None, seed)

    def setting(new_state: Any) -> Any:
        return recorder.restored("torch", lambda: set_state(new_state))

    def getting() -> Any:
        return recorder.captures("torch", get_state)

    new = {"manual_seed": seeding, "seed": moving, "set_rng_state": setting, "get_rng_state": getting}
    for name, function in new.items():
        setattr(module, name, function)
        setattr(source, name, function)


class _Finder(importlib.abc.MetaPathFinder):
    """Calls a hook once its module has been run."""

    def __init__(self, hooks: dict[str, Hook], recorder: Recorder) -> None:
        self.hooks = hooks
        self.recorder = recorder

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the importer gives it
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec that the other finders give, with a loader that calls the hook."""
        act = self.hooks.pop(fullname, None)
        if act is None:
            return None
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = self._then(spec.loader.exec_module, act)  # type: ignore[assignment, method-assign]
        return spec

    def _then(self, run: Callable[[ModuleType], None], act: Hook) -> Callable[[ModuleType], None]:
        def exec_module(module: ModuleType) -> None:
            run(module)
            act(module, self.recorder)

        return exec_module
