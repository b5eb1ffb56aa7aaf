"""What is the JSON Schema of a file of a pack, and what does the page say of its keys? From the table of keys."""

import json
from collections.abc import Iterable
from typing import Any

from mlaudit.packs.language import ANY, ARGUMENT, EXAMPLE, HEAD, SUBJECTS, Key, Subject

HOME = "https://github.com/mlaudit/mlaudit/blob/main/docs/schema/rule-1.json"
# How the page calls each form.
FORMS = {
    "text": "text",
    "texts": "list of texts",
    "truth": "true or false",
    "number": "number",
    "patterns": "pattern, or several",
    "files": "gitignore pattern, or several",
    "versions": "comparisons of versions",
    "words": "word, or several",
    "choice": "word",
    "scalars": "value, or several",
    "arguments": "table of arguments",
    "example": "table of files",
    "sizes": "table of files",
}
TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}


def schema() -> str:
    """The JSON Schema of rules/<family>/<name>.toml as users may write it."""
    head = _properties(HEAD)
    examples = {"type": "array", "items": _table(EXAMPLE)}
    data = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": HOME,
        "title": "A rule of a pack of mlaudit",
        "description": "<pack>/<family>/<name>.toml",
        "type": "object",
        "properties": {
            **head,
            "match": {"oneOf": [_match(subject) for subject in SUBJECTS.values()]},
            "examples": examples,
            "limits": examples,
        },
        "required": [*(key.name for key in HEAD if key.is_required), "match"],
        "additionalProperties": False,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _match(subject: Subject) -> dict[str, Any]:
    return {
        "title": subject.word,
        **_table((subject.pattern._replace(is_required=True), *_any(subject), *subject.keys)),
    }


def _any(subject: Subject) -> tuple[Key, ...]:
    return (ANY[0]._replace(form=subject.pattern.form), *ANY[1:])


def _table(keys: Iterable[Key]) -> dict[str, Any]:
    keys = tuple(keys)
    required = [key.name for key in keys if key.is_required]
    found: dict[str, Any] = {"type": "object", "properties": _properties(keys), "additionalProperties": False}
    return {**found, "required": required} if required else found


def _properties(keys: Iterable[Key]) -> dict[str, Any]:
    return {key.name: {"description": key.about, **_form(key)} for key in keys}


def _form(key: Key) -> dict[str, Any]:
    match key.form:
        case "texts":
            return {"type": "array", "items": {"type": "string"}}
        case "truth":
            return {"type": "boolean"}
        case "number":
            return {"type": "integer", "minimum": 0}
        case "patterns" | "files":
            return _one_or_several({"type": "string"})
        case "words":
            return _one_or_several({"enum": list(key.choices)})
        case "choice":
            return {"enum": list(key.choices)}
        case "scalars":
            return _one_or_several(SCALAR)
        case "arguments":
            return {"type": "object", "minProperties": 1, "additionalProperties": _table(ARGUMENT)}
        case "example" | "sizes":
            kinds = ["string", "array", "object"] if key.form == "example" else ["integer"]
            return {"type": "object", "additionalProperties": {"type": kinds}}
    return TEXT


def _one_or_several(form: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [form, {"type": "array", "items": form, "minItems": 1}]}


def tables() -> str:
    """The tables of keys of the page, in Markdown."""
    parts = [
        f"### In every `[match]`\n\n{_rows(ANY)}",
        *(f"### `{each.word}`\n\n{_rows((each.pattern, *each.keys))}\n\n{_words(each)}" for each in SUBJECTS.values()),
        f"### What is asked of an argument\n\n{_rows(ARGUMENT)}",
    ]
    return "\n\n".join(parts) + "\n"


def _rows(keys: Iterable[Key]) -> str:
    rows = [
        f"| `{key.name}` | {FORMS[key.form]} | {_about(key)} | {f'`{_code(key)}`' if key.example else ''} |"
        for key in keys
    ]
    return "\n".join(["| key | form | what it asks | such as |", "| --- | --- | --- | --- |", *rows])


def _about(key: Key) -> str:
    return key.about if key.form != "words" or key.name == "in" else f"{key.about}: {', '.join(key.choices)}"


def _code(key: Key) -> str:
    return key.example if key.form == "arguments" else f"{key.name} = {key.example}"


def _words(subject: Subject) -> str:
    told = ", ".join(f"`{{{word}}}` {about}" for word, about in subject.words.items())
    return f"Its message may put in {told}."
