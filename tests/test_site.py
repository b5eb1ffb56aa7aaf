"""Does the documentation hold together? Every page is in the navigation, every link leads somewhere, and it builds."""

import importlib.util
import posixpath
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlaudit import cli, rulebook
from mlaudit.settings import SETTINGS

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^( *)```.*?^\1```|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def _tool() -> Any:
    spec = importlib.util.spec_from_file_location("build_site", ROOT / "tools" / "build_site.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _listed(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    return [path for each in (nav.values() if isinstance(nav, dict) else nav) for path in _listed(each)]


def test_every_page_is_in_the_navigation() -> None:
    tool = _tool()
    written = {path.name for path in (ROOT / "docs").glob("*.md")} | set(tool.generated())
    listed = _listed(tool.configuration()["nav"])
    assert sorted(listed) == sorted(written)


def test_pages_are_made_of_every_rule_setting_and_command() -> None:
    pages = _tool().generated()
    for rule in rulebook.load():
        assert pages[f"rules/{rule.name}.md"].startswith(f"# {rule.id} {rule.name}\n")
        assert f"]({rule.name}.md)" in pages["rules/index.md"]
    assert re.findall("^## (.*)$", pages["settings.md"], re.MULTILINE) == [setting.name for setting in SETTINGS]
    named = re.findall("^## mlaudit (.*)$", pages["commands.md"], re.MULTILINE)
    assert sorted(named) == sorted(cli.RUNS)


def test_links_of_all_pages_lead_somewhere() -> None:
    pages = {path.name: path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")} | _tool().generated()
    for page, text in pages.items():
        for target in LINK.findall(CODE.sub("", text)):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target.partition("#")[0]))
            is_there = path in pages or (not path.startswith("..") and (ROOT / "docs" / path).exists())
            assert ":" in target or is_there, f"{page}: {target}"


def test_links_of_the_readme_lead_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        for target in LINK.findall(CODE.sub("", (ROOT / page).read_text("utf-8"))):
            assert ":" in target or (ROOT / target.partition("#")[0]).exists(), f"{page}: {target}"


@pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="needs the extra `docs`")
def test_the_site_builds_without_a_warning() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "build_site.py"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (ROOT / "build" / "site" / "rules" / "unseeded-stream" / "index.html").is_file()
