"""Is the page complete, safe and whole? Without a browser here; with one in test_browser.py."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from mlaudit.findings import Report
from mlaudit.listed import Lineage, LineageEdge, LineageNode
from mlaudit.reports import html
from mlaudit.reports.actions import first
from mlaudit.reports.drawing import READABLE, draw
from mlaudit.reports.sections import shown_of_cell
from mlaudit.scores import scores
from tests.conftest import at_most
from tests.reports.conftest import HOSTILE

REPORTS = ("sample", "hostile", "clean", "large", "quiet")
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The elements of a page: names with attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.stack: list[str] = []
        self.text = ""
        self.feed(source)
        assert self.stack == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_well_formed_and_asks_for_nothing(name: str, request: pytest.FixtureRequest) -> None:
    source = html.render(request.getfixturevalue(name))
    page = Page(source)
    tags = [tag for tag, _ in page.elements]
    assert not {"img", "iframe", "object", "embed", "link", "form", "base"} & set(tags)
    assert tags.count("h1") == 1
    for tag, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "style")], tag
        assert re.match(r"https://|#", attributes.get("href") or "#"), attributes
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {
        attributes["href"][1:] for _, attributes in page.elements if (attributes.get("href") or "").startswith("#")
    }
    assert anchors <= set(ids)
    (style,) = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    assert tags.count("script") == 1
    own = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; script-src 'sha256-{own}'; base-uri 'none'"
    assert policy in source.replace("&#39;", "'")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp", script)
    assert "url(" not in style.replace("url(#tip)", "")


@pytest.mark.parametrize("name", REPORTS)
def test_the_same_report_gives_the_same_bytes(name: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(name)
    assert html.render(report) == html.render(report._replace(seconds=99.0))
    assert f'"{report.root}' not in html.render(report)


def test_hostile_text_is_shown_and_not_obeyed(hostile: Report) -> None:
    source = html.render(hostile)
    page = Page(source)
    assert "<script>alert(1)</script>" in page.text, "it is there, as text"
    assert "{{7*7}} {% raw %}" in page.text.replace("\\n", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\ud800-\udfff]", source)
    assert len(source) < 400_000, "a line of a megabyte is cut"
    assert HOSTILE not in source


def test_every_finding_stands_with_place_line_why_and_fix(sample: Report) -> None:
    page = Page(html.render(sample))
    for finding in sample.findings:
        assert f"{finding.at.path}:{finding.at.line}" in page.text
        assert finding.message.replace("`", "") in page.text
        assert finding.rule.title in page.text
    assert "cell 2" in page.text
    assert 'ignore = ["REQ001"]' in page.text
    links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
    assert f"https://github.com/ann/digits/blob/{sample.origin.commit}/requirements.txt#L1" in links


def test_passed_rules_say_what_was_looked_at(sample: Report) -> None:
    page = Page(html.render(sample))
    for score in scores(sample):
        for rule in score.passed:
            assert rule.passed.replace("`", "") in page.text
    assert "looked at 2 requirements" in page.text
    assert "Not applicable" in page.text


def test_the_footer_repeats_the_run(sample: Report) -> None:
    page = Page(html.render(sample))
    for words in (sample.origin.commit, sample.origin.rules, sample.origin.settings, "nothing changed"):
        assert words in page.text


def test_what_is_not_covered_comes_before_results(sample: Report, hostile: Report) -> None:
    text = Page(html.render(sample)).text
    assert text.index("What this report does not cover") < text.index("What to do first")
    assert "has no verdict" in Page(html.render(hostile)).text
    assert "What this report does not cover" not in Page(html.render(sample._replace(findings=()))).text


def test_a_thousand_findings_are_small_and_cost_what_they_are(large: Report) -> None:
    """benchmarks/pages.py times it."""
    html.render(large)  # the template is compiled once
    with at_most(2_500_000) as whole:
        source = html.render(large)
    with at_most(2_500_000) as half:
        html.render(large._replace(findings=large.findings[:500]))
    assert whole[0] < 2.2 * half[0], "twice the findings are at most twice the work"
    assert len(source.encode()) < 1_000_000
    assert source.count('class="offender"') == 1000


def test_the_first_actions(sample: Report, large: Report) -> None:
    assert [action.rule.level for action in first(large)] == ["error"] * 5
    assert {action.command.split(" --")[0] for action in first(sample)} <= {"mlaudit", "mlaudit fix"}
    assert first(sample._replace(findings=())) == []


def test_the_picture(sample: Report) -> None:
    drawing = draw(sample.lineage)
    assert {box.kind for box in drawing.boxes} >= {"program", "file"}
    assert {box.standing for box in drawing.boxes if box.kind == "file"} == {"lost"}
    heads = dict(drawing.heads)
    assert [*heads.values()][:2] == ["comes in", "programs"]
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - drawing.box
        assert box.y < drawing.height


def _many(folders: int, files: int) -> Lineage:
    nodes = [
        LineageNode(f"file:d{f}/x{n}.csv", "file", f"d{f}/x{n}.csv", "nowhere")
        for f in range(folders)
        for n in range(files)
    ]
    program = LineageNode("program:a.py", "program", "a.py", "script")
    edges = [LineageEdge(node.id, program.id, "reads") for node in nodes]
    return Lineage((*nodes, program), tuple(edges))


def test_many_files_are_grouped_by_folder_and_too_many_are_a_table() -> None:
    assert len(draw(_many(1, READABLE - 1)).boxes) == READABLE
    assert {box.label for box in draw(_many(3, 30)).boxes} == {"30 in d0/", "30 in d1/", "30 in d2/", "a.py"}
    assert draw(_many(50, 2)).boxes == ()
    assert draw(Lineage()).boxes == ()


def test_a_picture_of_every_shape() -> None:
    names = ("https://a.example/x.csv", "/data/x.csv", "data/x.csv", "../x.csv", "x.csv")
    nodes = [LineageNode(f"file:{n}:{name}", "file", name, "nowhere") for n in range(20) for name in names]
    program = LineageNode("program:a.py", "program", "a.py", "script")
    lineage = Lineage((*nodes, program), tuple(LineageEdge(node.id, program.id, "reads") for node in nodes))
    assert draw(lineage).boxes


def test_the_lines_that_a_fix_takes_and_adds(sample: Report) -> None:
    source = html.render(sample)
    assert "<del>-text = open(&#39;notes.txt&#39;).read()</del><ins>+text = open(" in source
    assert "mlaudit fix --select PRT003 --unsafe-fixes" in Page(source).text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('    "x = 1\\n",', "x = 1"),
        ('    "    y = f(\\"a\\\\b\\")"', '    y = f("a\\b")'),
        ('"', ""),
        ("plain", "plain"),
        ('",', ""),
        ('"print(\\"', 'print("'),
    ],
)
def test_a_line_of_a_notebook_is_shown_as_its_cell_has_it(written: str, shown: str) -> None:
    assert shown_of_cell(written) == shown
