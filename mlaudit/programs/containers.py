"""What do the methods of dicts, lists and texts give?"""

from mlaudit.programs import libraries, texts
from mlaudit.programs.machine import Machine
from mlaudit.values import UNKNOWN, Arguments, Asked, Known, Record, Series, Text, Thing, Value, combined, either

PLAIN = ("encode", "strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "zfill")


def method(machine: Machine, owner: Value, name: str, arguments: Arguments) -> Value:
    """The value of a call of a container's own method; unknown where it changes the container."""
    match owner:
        case Record():
            return _of_record(machine, owner, name, arguments)
        case Series(kind, values) if name in ("copy", "intersection", "union"):
            return Series(kind, values)
        case Series(_, values) if name == "pop":
            return either(values)
        case Known(str()) | Text() | Asked():
            return _of_text(owner, name, arguments)
    return UNKNOWN


def _of_record(machine: Machine, record: Record, name: str, arguments: Arguments) -> Value:
    match name:
        case "items":
            return Series("list", tuple(Series("tuple", (Known(key), each)) for key, each in record.entries.items()))
        case "values":
            return Series("list", tuple(record.entries.values()))
        case "keys":
            return Series("list", tuple(Known(key) for key in record.entries if key[:1] != "?"))
        case "copy":
            return Record(dict(record.entries), is_open=record.is_open)
        case "get" | "pop" | "setdefault":
            key = arguments.get("key", 0)
            default = arguments.get("default", 1)
            found = record.entries.get(str(key.value)) if isinstance(key, Known) else None
            return found or (UNKNOWN if record.is_open or default is None else default)
        case "update":
            machine.change(record)
            for each in arguments.positional:
                _take(record, each)
            record.entries.update(arguments.keywords)
            record.is_open |= arguments.is_open
    return UNKNOWN


def _take(record: Record, given: Value) -> None:
    """A dictionary takes all entries of another: of one that nobody knows it is known what each entry is, at most."""
    if isinstance(given, Record):
        record.entries.update(given.entries)
        record.is_open |= given.is_open
        return
    record.is_open = True
    if isinstance(given, Thing) and (entry := libraries.entry(given)) != UNKNOWN:
        record.entries[f"?{len(record.entries)}"] = entry


def _of_text(owner: Value, name: str, arguments: Arguments) -> Value:
    if name == "format":
        return texts.formatted(owner, arguments)
    if name == "join" and arguments.positional and isinstance(arguments.positional[0], Series):
        return texts.made((owner, *arguments.positional[0].values), lambda parts: parts[0].join(parts[1:]))
    if name in PLAIN and isinstance(owner, Text):
        return owner
    if name in (*PLAIN, "startswith", "endswith"):
        return combined((owner, *arguments.all()), lambda *parts: getattr(parts[0], name)(*parts[1:]))
    return UNKNOWN
