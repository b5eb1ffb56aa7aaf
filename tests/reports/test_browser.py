"""Is the page good to read in a browser: small and wide, light and dark, on paper, without scripts, for everybody?"""

import contextlib
import functools
import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mlaudit.findings import Report
from mlaudit.reports import html
from tests.reports.tools import AXE, CHROMIUM, LIGHTHOUSE, needs_axe, needs_browser, needs_lighthouse

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REPORTS = ("sample", "hostile", "clean", "large", "quiet")

pytestmark = needs_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page_of(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    def write(name: str) -> str:
        report: Report = request.getfixturevalue(name)
        target = tmp_path / f"{name}.html"
        target.write_text(html.render(report), "utf-8")
        return target.as_uri()

    return write


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        *(("sample", "light"), ("sample", "dark"), ("large", "light"), ("large", "dark")),
        *(("hostile", "light"), ("clean", "dark"), ("quiet", "dark")),
    ],
)
@needs_axe
def test_axe_finds_no_violation(name: str, scheme: str, browser: Any, page_of: Any) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page.goto(page_of(name))
    if name != "large":  # its thousand places are all alike, and axe takes a minute for them
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    page.close()
    assert [(found["id"], found["nodes"][0]["html"][:200]) for found in result["violations"]] == []


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_asked_for_and_nothing_runs(name: str, browser: Any, page_of: Any) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    address = page_of(name)
    page.goto(address)
    page.close()
    assert asked == [address]
    assert said == []


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_scrolls_sideways(name: str, width: int, browser: Any, page_of: Any) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(page_of(name))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    scroll, client = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    page.close()
    assert scroll <= client


def test_without_scripts_the_page_says_the_same(browser: Any, page_of: Any) -> None:
    address, texts = page_of("sample"), []
    for enabled in (True, False):
        context = browser.new_context(java_script_enabled=enabled)
        page = context.new_page()
        page.goto(address)
        if enabled:
            page.evaluate("document.querySelectorAll('.tool').forEach(each => each.remove())")
        texts.append(" ".join(page.locator("body").inner_text().split()))
        context.close()
    assert texts[0] == texts[1]


def test_the_script_filters_copies_and_changes_colours(browser: Any, page_of: Any, large: Report) -> None:
    page = browser.new_page(color_scheme="light")
    page.goto(page_of("large"))
    open_before = page.locator("details[open]").count()
    page.fill("#filter", "module_07.py name7")
    wanted = [f for f in large.findings if f.at.path.endswith("module_07.py") and "name7" in f.message]
    assert page.locator(".offender:not([hidden])").count() == len(wanted) > 0
    assert page.locator(".told").inner_text() == f"{len(wanted)} of 1000 findings"
    page.fill("#filter", "")
    page.select_option("#level", "warning")
    warnings = sum(finding.level == "warning" for finding in large.findings)
    assert page.locator(".offender:not([hidden])").count() == warnings
    page.select_option("#level", "all levels")
    assert page.locator("details[open]").count() == open_before, "all is as it was"
    background = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(background)
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(background) != before
    page.get_by_role("button", name="Light colours").click()
    assert page.evaluate(background) == before
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    page.get_by_role("button", name="Copy mlaudit").first.click()
    assert page.evaluate("window.copied").startswith("mlaudit ")
    page.close()


def test_paper_shows_what_is_closed(browser: Any, page_of: Any, sample: Report) -> None:
    page = browser.new_page()
    page.goto(page_of("sample"))
    closed = page.locator("details:not([open]) .quiet li").first
    assert not closed.is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert closed.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


@needs_lighthouse
def test_lighthouse_finds_nothing_to_better(sample: Report, tmp_path: Path) -> None:
    """Accessibility and best practices, 100 each."""
    (tmp_path / "report.html").write_text(html.render(sample), "utf-8")
    options = ["--only-categories=accessibility,best-practices", "--output=json", "--quiet"]
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage"
    with _served(tmp_path) as address:
        done = subprocess.run(
            ["node", LIGHTHOUSE, f"{address}/report.html", *options, flags, f"--output-path={tmp_path}/found.json"],
            env={**os.environ, "CHROME_PATH": str(CHROMIUM)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads((tmp_path / "found.json").read_text("utf-8"))
    weighed = {row["id"] for each in found["categories"].values() for row in each["auditRefs"] if row["weight"]}
    low = [key for key, audit in found["audits"].items() if key in weighed and audit["score"] not in (None, 1)]
    assert {name: each["score"] for name, each in found["categories"].items()} == {
        "accessibility": 1,
        "best-practices": 1,
    }, low


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    """A folder on the loopback."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_request(self, *_: Any) -> None:
        pass
