"""What does a case leave in its directory: manifests, the lock without this machine's names, and verdict.toml?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .asking import Unclear, lock_once, own_hash, verdict
from .cases import Case, Files, Hand, Recipe
from .files import write
from .workshop import Workshop

OUT = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "locks"


@dataclass(frozen=True)
class Answer:
    """What verdict.toml says of a fixture."""

    by: str
    command: str
    said: str
    reason: str
    lock: str
    locked_by: str
    renamed: bool = False  # a hash or a URL is not as the tool wrote it


def make(shop: Workshop, case: Case) -> Answer:
    """Ask the tool, and write one case."""
    recipe, names = case.recipe, shop.names
    place = lock_once(shop, case)
    locks = {path: (place / path).read_text(encoding="utf-8") for path in recipe.keep}
    real_env = names.real_values(recipe.env)
    said = verdict(shop, case, names.real_values(case.after) | locks, real_env)
    renamed = names.real_values(case.before) != dict(case.before) or real_env != dict(recipe.env)
    kept = {path: names.kept(text) for path, text in locks.items()}
    if renamed and recipe.hasher:
        kept = with_new_hash(shop, case, kept)
    files = dict(case.after) | kept
    if recipe.hasher and (second := verdict(shop, case, files, recipe.env)) != said:
        raise Unclear(f"{case.name}: {said} became {second} by renaming the index")
    by, locked_by = shop.version(*recipe.judge()), shop.version(recipe.venv, recipe.exe)
    answer = Answer(by, command_of(recipe), said, case.reason, recipe.keep[0], locked_by, renamed)
    store(case.name, files, answer)
    return answer


def with_new_hash(shop: Workshop, case: Case, locks: Files) -> Files:
    """The locks with the content hash of the renamed manifest."""
    recipe, names = case.recipe, shop.names
    old = own_hash(shop, case, names.real_values(case.before), names.real_values(recipe.env))
    new = own_hash(shop, case, case.before, recipe.env)
    if not any(old in text for text in locks.values()):
        raise Unclear(f"{case.name}: hash {old} is not in the lock")
    return {path: text.replace(old, new) for path, text in locks.items()}


def command_of(recipe: Recipe) -> str:
    """The question as one would type it."""
    words = (*(f"{k}={v}" for k, v in recipe.env.items()), recipe.judge()[1], *recipe.check)
    return " ".join(words) + ("" if recipe.stale_text else "  (run again; names and pins compared)")


def store_by_hand(hand: Hand) -> None:
    """Write one fixture that no tool judged."""
    store(hand.name, hand.files, Answer("hand", "none", hand.said, hand.reason, hand.lock, "hand"))


def store(name: str, files: Mapping[str, str], answer: Answer) -> None:
    """One fixture directory, written anew."""
    where = OUT / name
    if where.exists():
        shutil.rmtree(where)
    rows = {"by": answer.by, "command": answer.command, "verdict": answer.said}
    rows |= {"reason": answer.reason, "lock": answer.lock}
    text = "".join(f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in rows.items())
    text += f"locked-by = {json.dumps(answer.locked_by)}\n" if answer.locked_by != answer.by else ""
    text += "rewritten = true\n" if answer.renamed else ""
    write(where, {**files, "verdict.toml": text})
