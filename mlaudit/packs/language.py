"""What may a rule of a pack say? One table of its keys: the reader, the schema and the page come from it."""

from typing import NamedTuple

from mlaudit.settings import CONFIDENCES, LEVELS


class Key(NamedTuple):
    """A key of a table: `form` is text, texts, number, truth, patterns (texts in which `*` stands for anything), files
    (gitignore patterns), versions (comparisons of PEP 440), words (one or several of `choices`), choice, scalars
    (texts, numbers or truths, one or several) or arguments (a table of names and of what ARGUMENT holds)."""

    name: str
    form: str
    about: str
    example: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False


class Subject(NamedTuple):
    """What a rule matches: `word` is its key in [match], `thing` what it is called in reports, `words` are what its
    message may put in, by what they mean."""

    word: str
    thing: str
    pattern: Key
    keys: tuple[Key, ...]
    words: dict[str, str]


# What every rule says, whatever it matches.
HEAD = (
    Key("id", "text", "two to six capitals that are not ours, and three digits: `ACM001`", is_required=True),
    Key("name", "text", "words with dashes that state the fault, as the file is called", is_required=True),
    Key("level", "choice", "how bad a finding is", choices=LEVELS, is_required=True),
    Key("confidence", "choice", "how sure a finding is", choices=CONFIDENCES, is_required=True),
    Key("title", "text", "the fault in a few words, without a full stop", is_required=True),
    Key("passed", "text", "what holds where there is no finding", is_required=True),
    Key("message", "text", "one sentence of fact; words in braces are put in", is_required=True),
    Key("rationale", "text", "why a reader should care", is_required=True),
    Key("fix", "text", "what to do", is_required=True),
    Key("unless", "text", "when not to care"),
    Key("effort", "text", "how long the fix takes, such as `minutes`"),
    Key("references", "texts", "addresses to read on"),
    Key("enabled", "truth", "false: it runs only when it is selected by its id or name"),
)  # fmt: skip
EXAMPLE = (
    Key("about", "text", "what the example shows", is_required=True),
    Key("bad", "example", "files with the fault"),
    Key("flags", "texts", "the text under each finding in `bad`, in order"),
    Key("says", "texts", "the message of each finding"),
    Key("level", "choice", "the level of each finding", choices=LEVELS),
    Key("good", "example", "files without the fault"),
    Key("git", "truth", "the files are committed first"),
    Key("sizes", "sizes", "files that are made as large as that, in bytes"),
    Key("beside", "texts", "rules that run besides"),
)
IN = ("programs", "modules", "notebooks", "tests")
# What every [match] may hold, beside its subject.
ANY = (
    Key("except", "patterns", "what is let through, by patterns of the same kind", '"registry.example/*"'),
    Key("within", "files", "only in these files", '["src/", "scripts/*.py"]'),
    Key("outside", "files", "not in these files", '"src/legacy/"'),
)  # fmt: skip
KIND_OF_CODE = Key(
    "in",
    "words",
    "only in code of these kinds: programs (files that are run), modules (files that are imported), notebooks, tests",
    '["notebooks"]',
    IN,
)
ARGUMENT = (
    Key(
        "is",
        "choice",
        "present, absent, none (None is given), constant (its value stands in the code), computed (it does not)",
        '"absent"',
        ("present", "absent", "none", "constant", "computed"),
    ),
    Key("position", "number", "its place among the arguments without a name, from 0, where it may be given so", "1"),
    Key("equals", "scalars", "its value is known, and one of these", "[true, 1]"),
    Key("differs", "scalars", "its value is known, and none of these", "0"),
    Key("like", "patterns", "its value is a text that fits", '"http://*"'),
    Key("names", "patterns", "it names a module, class or function that fits", '"numpy.float16"'),
)
CALL = Subject(
    "call",
    "file of code",
    Key(
        "call",
        "patterns",
        "full names, as imports resolve them; `.cuda` is the method of any object",
        '["pandas.read_*", ".cuda"]',
    ),
    (
        KIND_OF_CODE,
        Key("with", "arguments", "all of this must hold of the arguments", "with.verify = { equals = false }"),
        Key("without", "arguments", "none of this may hold of the arguments", 'without.dtype = { is = "present" }'),
    ),
    {"name": "the full name of what is called", "path": "the file", "written": "the callee as it is written"},
)
IMPORT = Subject(
    "import",
    "import",
    Key("import", "patterns", "modules, and all that lies below them", '["tensorflow", "sklearn.externals"]'),
    (KIND_OF_CODE,),
    {"name": "the module", "path": "the file"},
)
REQUIREMENT = Subject(
    "requirement",
    "requirement",
    Key("requirement", "patterns", "packages that manifests and install commands ask for", '"tensorflow*"'),
    (
        Key("pinned", "truth", "it names one version", "false"),
        Key("operators", "words", "one of its comparisons is such", '[">=", "none"]',
            ("==", "===", "~=", ">=", "<=", ">", "<", "!=", "^", "~", "=", "none")),
        Key("pins", "versions", "it names one version, and that is such a one", '"==2.6.0"'),
        Key("admits", "versions", "it names such a version, or leaves it open", '">=2"'),
        Key("source", "words", "where it comes from", '["vcs", "path"]', ("index", "vcs", "url", "path")),
        Key("ecosystem", "words", "whose package it is; the first two if none is named", '"conda"',
            ("pypi", "conda", "npm", "system")),
    ),
    {"name": "the package", "written": "the requirement as it is written", "path": "the file"},
)  # fmt: skip
IMAGE = Subject(
    "image",
    "image",
    Key(
        "image",
        "patterns",
        "images without tag and digest; `python` is `docker.io/library/python` too",
        '"nvcr.io/nvidia/*"',
    ),
    (
        Key("tag", "patterns", 'its tag fits; `""` is none', '["latest", ""]'),
        Key("digest", "truth", "it has a digest", "false"),
        Key("role", "words", "what it is there for; the first four if none is named", '"base"',
            ("base", "copy", "run", "service", "frontend", "feature")),
    ),
    {"name": "the image without tag and digest", "tag": "the tag", "reference": "all of it", "path": "the file"},
)  # fmt: skip
FILE = Subject(
    "file",
    "file",
    Key("file", "files", "files of the repository", '["*.pkl", "/data/"]'),
    (
        Key("is", "choice", "present (each such file is a finding) or absent (there is none)", '"absent"',
            ("present", "absent")),
        Key("larger-than-kb", "number", "it holds more than so many kilobytes", "500"),
    ),
    {"name": "the file, or the pattern where it is absent"},
)  # fmt: skip
ROLES = ("reads", "writes", "appends", "downloads", "datasets", "models", "weights", "artifacts", "queries")
DATA = Subject(
    "data",
    "reference to data",
    Key("data", "patterns", "paths, URLs and names by which programs reach for data and models", '"s3://old-bucket/*"'),
    (KIND_OF_CODE, Key("does", "words", "what is done there", '["reads"]', ROLES)),
    {"name": "the call", "target": "the path, URL or name", "does": "what is done", "path": "the file"},
)
SUBJECTS = {each.word: each for each in (CALL, IMPORT, REQUIREMENT, IMAGE, FILE, DATA)}
# Those that ask what code does.
FOLLOWING = ("call", "import", "data")
# Short names that people write for a module, and that no import resolves to.
SHORT = {"pd": "pandas", "np": "numpy", "plt": "matplotlib.pyplot", "tf": "tensorflow", "sns": "seaborn"}
