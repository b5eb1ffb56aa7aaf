"""Which settings may a configuration hold, which are in force, and what is the JSON Schema of them?"""

import json
from typing import Any

from mlaudit.settings import IGNORES, LEVELS, SETTINGS, Setting

HOME = "https://github.com/mlaudit/mlaudit/blob/main/docs/schema/config-1.json"


def told(setting: Setting | None) -> str:
    """One setting: what it means, its words, its default and an example; without one, all of them, one a line."""
    if setting is not None:
        return _explained(setting)
    width = max(len(setting.name) for setting in SETTINGS)
    return "".join(f"{each.name:{width}}  {each.about} (default: {each.default or 'none'})\n" for each in SETTINGS)


def _explained(setting: Setting) -> str:
    words = f"one of: {', '.join(setting.choices)}\n" if setting.choices else ""
    about = f"{setting.name}\n{setting.about}\n{words}default: {setting.default or 'none'}"
    return f"{about}\n\n{setting.example}\n"


def effective(config: Any, rules: list[str]) -> str:
    """The settings of a run as TOML, with the file that decided, and the rules that run."""
    lines = [f"# from {config.file}" if config.file else "# no configuration file"]
    for setting in SETTINGS:
        value = getattr(config, setting.field, None)
        if value not in (None, "", ()):
            lines.append(f"{setting.name} = {_toml(value)}")
    return "\n".join([*lines, f"# {len(rules)} rules: {' '.join(rules)}"]) + "\n"


def _toml(value: Any) -> str:
    if hasattr(value, "_asdict"):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value._asdict().items() if each) + "}"
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(each) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)


def schema() -> str:
    """The JSON Schema of mlaudit.toml and of [tool.mlaudit]."""
    data = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": HOME,
        "title": "Configuration of mlaudit",
        "description": "mlaudit.toml, or the table [tool.mlaudit] of pyproject.toml",
        "type": "object",
        "properties": {setting.name: _property(setting) for setting in SETTINGS},
        "additionalProperties": False,
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _property(setting: Setting) -> dict[str, Any]:
    text, texts = {"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}
    entry = {key: {**text, "description": about} for key, about in IGNORES.items()}
    entry["rule"] = {"anyOf": [text, {**texts, "minItems": 1}], "description": IGNORES["rule"]}
    entry["until"]["format"] = "date"
    table = {"type": "object", "properties": entry, "required": ["rule", "path"], "additionalProperties": False}
    forms: dict[str, dict[str, Any]] = {
        "strings": texts,
        "choice": {"enum": list(setting.choices)},
        "number": {"type": "integer", "minimum": 1},
        "text": text,
        "ignores": {"type": "array", "items": table},
        "per-file": {"type": "object", "additionalProperties": texts},
        "levels": {"type": "object", "additionalProperties": {"enum": list(LEVELS)}},
    }
    return {"description": f"{setting.about}; default: {setting.default or 'none'}", **forms[setting.form]}
