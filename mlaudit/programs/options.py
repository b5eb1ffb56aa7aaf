"""What can a user set: command-line options, environment variables, fields of configurations?"""

from typing import Any

from mlaudit.facts.place import Location
from mlaudit.facts.syntax import spanned
from mlaudit.programs import configurations, objects
from mlaudit.programs.configurations import LOADING
from mlaudit.programs.machine import Machine
from mlaudit.programs.texts import HERE
from mlaudit.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Asked,
    Closure,
    Instance,
    Kind,
    Known,
    Record,
    Series,
    Thing,
    Value,
)

FLAGS = "absl.flags.FLAGS"
OFF = {"store_true": Known(False), "store_false": Known(True), "count": NONE, "append": NONE}


def is_set(name: str) -> bool:
    """Whether a library's module, or what it holds, may stand for something that the user sets."""
    return name.startswith("absl")


def outside(machine: Machine, name: str) -> Value | None:
    """The value of a library's attribute that stands for something the user sets."""
    if name.startswith(f"{FLAGS}."):
        return machine.options.get(name[len(FLAGS) + 1 :], UNKNOWN)
    return None


def entry(name: str, key: Value) -> Value:
    """`os.environ[name]`: the user must set it."""
    if name == "os.environ" and isinstance(key, Known):
        return Asked(UNKNOWN, str(key.value))
    return UNKNOWN


def call(machine: Machine, name: str, arguments: Arguments, at: Location) -> Value | None:
    """The value of a call that declares or reads settings; None for any other call."""
    match name:
        case "os.getenv" | "os.environ.get" | "os.environ.setdefault":
            return Asked(arguments.get("default", 1) or NONE, _text(arguments.get("key", 0)))
        case "argparse.ArgumentParser" | "configargparse.ArgumentParser" | "configargparse.ArgParser":
            parser = Thing("argparse.ArgumentParser", arguments, at)
            parser.state["options"] = _inherited(arguments.get("parents"))
            return parser
        case "transformers.HfArgumentParser":
            return Thing(name, arguments, at)
        case "argparse.Namespace":
            return Record(dict(arguments.keywords), is_open=arguments.is_open)
        case "hydra.main" | "dataclasses.dataclass":
            return Thing(name, arguments, at)
        case _ if name in LOADING:
            return machine.configurations.loaded(at, arguments.get("file_", 0))
        case "hydra.compose":
            return machine.configurations.asked_to_compose(at, arguments)
        case "hydra.utils.to_absolute_path":
            return arguments.get("path", 0) or UNKNOWN
        case "hydra.utils.get_original_cwd":
            return Known(HERE)
        case "dataclasses.field":
            return arguments.get("default") or UNKNOWN
        case "click.option" | "typer.Option" | "typer.Argument" | "click.argument":
            return Thing(name, arguments, at)
        case "fire.Fire" | "typer.run" | "tyro.cli" | "jsonargparse.CLI" | "absl.app.run":
            return _run(machine, arguments, at)
    if (kept := configurations.kept(name, arguments)) is not None:
        return kept
    if name.startswith("absl.flags.DEFINE_"):
        option = Asked(arguments.get("default", 1) or NONE, _text(arguments.get("name", 0)))
        machine.options[option.name] = option
        return Record({"value": option})
    if name.startswith(
        (
            "omegaconf.OmegaConf.",
            "easydict.EasyDict",
            "types.SimpleNamespace",
            "addict.Dict",
            "ml_collections.ConfigDict",
        )
    ):
        return _configuration(arguments)
    return None


def _inherited(parents: Value | None) -> dict[str, Value]:
    """The options of the parsers that a parser takes over."""
    listed = parents.values if isinstance(parents, Series) else ()
    found: dict[str, Value] = {}
    for each in listed:
        if isinstance(each, Thing):
            found.update(each.state.get("options", {}))
    return found


def _configuration(arguments: Arguments) -> Value:
    """A namespace made from what is given; of anything that is not known it may hold more."""
    first = arguments.positional[0] if arguments.positional else None
    if isinstance(first, Record | Instance):
        return first
    return Record(dict(arguments.keywords), is_open=arguments.is_open or first is not None)


def _run(machine: Machine, arguments: Arguments, at: Location) -> Value:
    """A function or class whose parameters become options: it runs with its defaults, each of which may be set."""
    from mlaudit.programs import calls
    from mlaudit.programs.machine import Frame

    target = arguments.get("component", 0) or arguments.get("main", 0)
    span = spanned(at)
    if isinstance(target, Closure | Kind):
        return calls.apply(machine, target, Arguments(asks=True), Frame(at.path, {}), span)
    return UNKNOWN


def method(owner: Thing, name: str, arguments: Arguments) -> Value | None:
    """Methods of parsers; None for any other object."""
    if owner.name == "transformers.HfArgumentParser" and name.startswith("parse"):
        return _data_classes(owner.arguments)
    if (given := configurations.method(owner, name, arguments)) is not None:
        return given
    options = owner.state.get("options")
    if options is None:
        return None
    match name:
        case "add_argument":
            _add(options, arguments)
            return UNKNOWN
        case "set_defaults":
            options.update({key: Asked(value, key) for key, value in arguments.keywords.items()})
            return UNKNOWN
        case "parse_args" | "parse_intermixed_args":
            return _namespace(owner)
        case "parse_known_args":
            return Series("tuple", (_namespace(owner), UNKNOWN))
        case "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers" | "add_parser":
            return owner
        case "get":
            found: Value = options.get(_text(arguments.get("key", 0)), UNKNOWN)
            return found
    return UNKNOWN


def _namespace(parser: Thing) -> Thing:
    namespace = Thing("argparse.Namespace", Arguments(), parser.at)
    namespace.state["options"] = parser.state["options"]
    return namespace


def _add(options: dict[str, Value], arguments: Arguments) -> None:
    """An option of argparse, under its destination: None is its default unless it says another."""
    names = [_text(each) for each in arguments.positional]
    long = next((name for name in names if name.startswith("--")), names[0] if names else "")
    destination = _text(arguments.get("dest")) or long.lstrip("-").replace("-", "_")
    if not destination:
        return
    is_required = arguments.get("required") == Known(True) or not long.startswith("-")
    default = arguments.get("default")
    if default is None:
        default = OFF.get(_text(arguments.get("action")), UNKNOWN if is_required or arguments.is_open else NONE)
    options[destination] = Asked(default, long)


def _data_classes(arguments: Arguments) -> Value:
    """Data classes filled from the command line: their defaults, which may be set."""
    given = arguments.positional[0] if arguments.positional else UNKNOWN
    kinds = given.values if isinstance(given, Series) else (given,)
    return Series("tuple", tuple(_filled(each) for each in kinds))


def _filled(kind: Value) -> Value:
    if not isinstance(kind, Kind):
        return UNKNOWN
    instance = Instance(kind)
    for each in objects.lineage(kind):
        if isinstance(each, Kind):
            for name, value in each.names.items():
                if name != "__class__" and not isinstance(value, Closure):
                    instance.attributes.setdefault(name, Asked(value, name))
    return instance


def attribute(owner: Thing, name: str) -> Value | None:
    """An attribute that is an option."""
    if (found := configurations.entry(owner, name)) is not None:
        return found
    options = owner.state.get("options")
    if options is not None and owner.name == "argparse.Namespace":
        return _value_of(options, name)
    return None


def _value_of(options: dict[str, Value], name: str) -> Value:
    return options.get(name, UNKNOWN)


def item(owner: Thing, key: Value) -> Value | None:
    """An entry that is an option."""
    return attribute(owner, str(key.value)) if isinstance(key, Known) else None


def put(owner: Thing, name: str, value: Value) -> None:
    """Set an option in code."""
    options: dict[str, Any] | None = owner.state.get("options")
    if options is not None:
        options[name] = value


def variables(value: Value) -> Value:
    """`vars(value)`."""
    match value:
        case Thing() if "options" in value.state:
            return Record(dict(value.state["options"]))
        case Instance():
            return Record(dict(value.attributes))
        case Record():
            return value
    return UNKNOWN


def of_decorators(machine: Machine, closure: Closure, parameter: str) -> Value | None:
    """What a decorator gives a parameter: click an option, hydra the configuration."""
    for decorator in closure.decorators:
        if isinstance(decorator, Thing) and decorator.name == "hydra.main":
            return machine.configurations.composed(decorator.at, decorator.arguments)
        if isinstance(decorator, Thing) and decorator.name in ("click.option", "click.argument"):
            names = [_text(each).lstrip("-").replace("-", "_") for each in decorator.arguments.positional]
            if parameter in names:
                return _asked(decorator, parameter)
    return None


def _asked(declared: Thing, name: str) -> Value:
    arguments = declared.arguments
    default = arguments.get("default")
    if default is None:
        is_required = arguments.get("required") == Known(True) or declared.name == "click.argument"
        default = Known(False) if arguments.get("is_flag") == Known(True) else UNKNOWN if is_required else NONE
    return Asked(default, name)


def default_of(value: Value, name: str) -> Value:
    """A parameter's default; `typer.Option(42)` asks the user, with 42 as the default."""
    if isinstance(value, Thing) and value.name in ("typer.Option", "typer.Argument"):
        first = value.arguments.get("default", 0)
        return Asked(UNKNOWN if first is None else first, name)
    return value


def _text(value: Value | None) -> str:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else ""
