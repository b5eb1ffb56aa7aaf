"""Which lock does the tool write for a case, and does it call it fresh or stale after the edit?"""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from .cases import MARK_FRESH, MARK_STALE, Case
from .files import write
from .workshop import Workshop


class Unclear(Exception):
    """The tool's answer was neither fresh nor stale."""


def lock_once(shop: Workshop, case: Case) -> Path:
    """A directory with the manifest as it was and the lock the tool wrote; one run per manifest."""
    recipe = case.recipe
    key = json.dumps([recipe.venv, recipe.lock, sorted(recipe.env.items()), sorted(case.before.items())])
    if key not in shop.locked:
        where = shop.scratch / "locked" / str(len(shop.locked)) / "demo"
        write(where, shop.names.real_values(case.before))
        if recipe.keep[0].startswith("locked/"):
            (where / "locked").mkdir(exist_ok=True)
        for argv in recipe.lock:
            done = shop.run(recipe.venv, recipe.exe, argv, where, shop.names.real_values(recipe.env))
            if done.returncode != 0 or "Traceback" in done.stdout:
                raise Unclear(f"{case.name}: {' '.join(argv)}: {done.stdout[-1500:]}")
        shop.locked[key] = where
    return shop.locked[key]


def verdict(shop: Workshop, case: Case, files: Mapping[str, str], env: Mapping[str, str]) -> str:
    """What the tool says of these files."""
    recipe = case.recipe
    with tempfile.TemporaryDirectory(dir=shop.scratch) as name:
        where = Path(name) / "demo"
        write(where, files)
        done = shop.run(*recipe.judge(), recipe.check, where, env)
        if not recipe.stale_text and done.returncode == 0:
            again_text = (where / recipe.keep[0]).read_text(encoding="utf-8")
            return MARK_FRESH if pins(again_text) == pins(files[recipe.keep[0]]) else MARK_STALE
    if done.returncode == 0:
        return MARK_FRESH
    said = " ".join(done.stdout.split())
    if recipe.stale_text and done.returncode in recipe.stale_codes and recipe.stale_text in said:
        return MARK_STALE
    raise Unclear(f"{case.name}: exit {done.returncode}: {done.stdout[-1500:]}")


def pins(text: str) -> set[tuple[str, str]]:
    """Names and versions of a compiled requirements file or a pylock."""
    if "lock-version" in text:
        return {(p["name"], p.get("version", "")) for p in tomllib.loads(text)["packages"]}
    found = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE)
    return set(found)


def own_hash(shop: Workshop, case: Case, files: Mapping[str, str], env: Mapping[str, str]) -> str:
    """The content hash the tool's own code computes for these manifests."""
    with tempfile.TemporaryDirectory(dir=shop.scratch) as name:
        where = Path(name) / "demo"
        write(where, files)
        done = shop.run(case.recipe.venv, "python", ("-c", case.recipe.hasher), where, env)
    found = re.findall(r"\b[0-9a-f]{64}\b", done.stdout)
    if not found:
        raise Unclear(f"{case.name}: no hash: {done.stdout[-1500:]}")
    return str(found[-1])
