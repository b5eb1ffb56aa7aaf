"""Which reports do the tests of outputs render? One of a real small repository, one that is hostile, one large."""

from pathlib import Path

import pytest

from mlaudit import rulebook
from mlaudit.audit import audit
from mlaudit.config import Config
from mlaudit.facts import Location
from mlaudit.findings import Change, Crash, Finding, Known, Related, Replacement, Report, Silenced
from mlaudit.listed import Item, Lineage, LineageEdge, LineageNode
from mlaudit.outputs.fingerprints import fingerprints
from mlaudit.outputs.origin import origin
from tests.conftest import commit, git, write

FILES = {
    "requirements.txt": "numpy>=1\nscipy==1.11.4\n",
    "read.py": "text = open('notes.txt').read()\n",
    ".python-version": "3.12.4\n",
    "train.py": "import numpy as np\n\nrows = np.loadtxt('data/rows.csv')\nrng = np.random.default_rng()\nprint(rng.random() + rows)\n",
    "eda.ipynb": ["import pandas as pd\n", "# look\nframe = pd.read_csv('/home/ann/rows.csv')\nframe.sample(5)\n"],
    "broken.toml": "",
    "pyproject.toml": '[project\nname = "x"\n',
}
# What a repository may hold where a report shows it: markup, scripts, terminal escapes, marks that reorder text.
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>'\"&\x1b]8;;http://evil\x07\x1b[31m"
    "\u202egnp.exe\u2028\x00\r\n::error::x%0A]]> -->|`[a](javascript:alert(1)) {{7*7}} {% raw %}\udc80"
)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report on a small git checkout, with all that any format needs."""
    root = write(tmp_path_factory.mktemp("sample"), FILES)
    commit(root)
    git(root, "remote", "add", "origin", "git@github.com:ann/digits.git")
    report = audit(root, Config(), rulebook.load(), showing=True)
    assert report.changes
    return report._replace(origin=origin(report, Config()), fingerprints=fingerprints(report))


@pytest.fixture(scope="session")
def hostile() -> Report:
    """A report in which every text that comes from the repository is hostile, and a rule crashed."""
    rules = tuple(rulebook.load())
    at = Location(f"a/{HOSTILE}.py", 3, 2, 4, 1, cell=2)
    findings = [
        Finding(rule, level, "medium", f"`{HOSTILE}` is wrong.", at, f"x = '{HOSTILE}'", (Related(at, HOSTILE),))
        for rule, level in zip(rules, ("error", "warning", "note"), strict=False)
    ]
    long = Finding(rules[3], "error", "high", "A line of a megabyte.", at, "<b>" + "x" * 1_000_000)
    diff = f"--- {HOSTILE}\n@@ line 3 @@\n-{HOSTILE}\n+```{HOSTILE}\n"
    changes = {
        findings[0]: Change(HOSTILE, HOSTILE, "safe", diff, (Replacement(at, f"```{HOSTILE}"),)),
        findings[1]: Change(f"`{HOSTILE}`", "", "unsafe", diff, (Replacement(at, "</script>\x1b[31m]]>"),)),
    }
    nodes = tuple(LineageNode(f"{kind}:{HOSTILE}", kind, HOSTILE, HOSTILE) for kind in ("file", "program", "source"))
    return Report(
        root="/nowhere",
        files=3,
        read=2,
        rules=rules,
        findings=(*findings, long),
        unchecked=(findings[0]._replace(level="unchecked"),),
        crashes=(Crash(rules[-1], HOSTILE),),
        lineage=Lineage(nodes, (LineageEdge(nodes[0].id, nodes[1].id, "reads"),)),
        changes=changes,
        inventory=tuple(Item(HOSTILE, HOSTILE, at, HOSTILE, kind) for kind in ("program", "model", "secret")),
    )


@pytest.fixture(scope="session")
def quiet(hostile: Report) -> Report:
    """A hostile report with findings that are silenced, with hostile reasons, and others that a baseline knows."""
    first, second, third, *_ = hostile.findings
    silenced = (
        Silenced(first, "inSource", HOSTILE, first.at),
        Silenced(second, "external", "", Location("pyproject.toml", 7)),
        Silenced(third, "external", f"per-file-ignores: {HOSTILE}", Location("")),
    )
    stale = (Known("REQ001", f"a/{HOSTILE}.py", "0123456789abcdef", 2, HOSTILE),)
    return hostile._replace(
        findings=(first,), silenced=silenced, baselined=(second, third), stale=stale, baseline=HOSTILE
    )


@pytest.fixture(scope="session")
def large() -> Report:
    """A report of a thousand findings."""
    rules = tuple(rulebook.load())
    findings = tuple(
        Finding(
            rules[number % 50], rules[number % 50].level, "high", f"`name{number}` is at fault in some way or another.",
            Location(f"src/package/module_{number % 90:02}.py", number + 1, 5, number + 1, 20), f"    value = call(name{number})",
        )
        for number in range(1000)
    )  # fmt: skip
    return Report(root="/nowhere", files=120, read=100, rules=rules, findings=findings)


@pytest.fixture(scope="session")
def clean() -> Report:
    """A report without a finding."""
    return Report(root="/nowhere", files=3, read=2, rules=tuple(rulebook.load()), findings=())


def schema(name: str) -> Path:
    """A schema beside the tests."""
    return Path(__file__).parent / "schemas" / name
