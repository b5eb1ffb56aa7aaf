"""Does a command bring files into place: fetch, unpack or move them?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mlaudit.facts.transfers import Transfer
from mlaudit.patterns import pattern
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.source import Passage

# Texts without one of these hold no such command.
MENTION = pattern(
    r"\b(?:wget|curl|aria2c|gdown|aws|gsutil|gcloud|azcopy|rclone|s5cmd|kaggle|huggingface-cli|hf|git|dvc|unzip|tar|7z|"
    r"gunzip|unrar|bunzip2|cp|mv|ln|rsync|scp)\s"
)
REDIRECT = pattern(r"(?:^|[\s\w'\")}])[12]?>>?\s*([\w./~${}'\"-]*[\w}'\"])")
VERIFYING = pattern(r"\b(?:sha\d*sum|shasum|md5sum|b2sum|cksum|openssl\s+dgst|gpg\s+--verify)\b|--checksum")
LEADING = ("sudo", "time", "nohup", "then", "do", "else", "&&")
ASSIGNMENT = pattern(r"[A-Za-z_]\w*=")


class Tool(NamedTuple):
    """How a tool is told: `verbs` that must follow it, options that name the `target`, options that take a value and
    mean something else, options that name a revision. `last`: the last word that is no option is the target."""

    does: str
    verbs: tuple[tuple[str, ...], ...] = ((),)
    target: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    revision: tuple[str, ...] = ()
    last: bool = False


# Tools that copy between a machine and a store, either way, and how they write what is in a store.
STORES = ("aws", "gsutil", "gcloud", "azcopy", "rclone", "s5cmd")
REMOTE = pattern(r"[\w.-]+:|\{")
COPY = Tool("move", last=True)
TOOLS: Mapping[str, Tool] = {
    "wget": Tool(
        "fetch",
        target=("-O", "--output-document", "-P", "--directory-prefix"),
        valued=("-t", "-T", "--tries", "--timeout", "--header", "-U", "--user-agent", "-o", "-a", "--load-cookies",
            "--user", "--password", "--http-user", "--http-password"),
    ),
    "curl": Tool(
        "fetch",
        target=("-o", "--output", "--output-dir"),
        valued=("-H", "--header", "-d", "--data", "--data-binary", "--data-raw", "--data-urlencode", "--json", "-X",
            "-u", "--request", "--user", "-A", "-b", "-c", "--retry", "-m", "-w", "-F", "--form", "-T",
            "--upload-file"),
    ),
    "aria2c": Tool("fetch", target=("-o", "--out", "-d", "--dir"), valued=("-x", "-s", "-k", "-j")),
    "gdown": Tool("fetch", target=("-O", "--output"), valued=("--id", "--proxy")),
    "aws": Tool(
        "fetch",
        verbs=(("s3", "cp"), ("s3", "sync"), ("s3", "mv"), ("s3api", "get-object")),
        valued=("--profile", "--region", "--endpoint-url", "--exclude", "--include", "--bucket", "--key"),
        revision=("--version-id",),
        last=True,
    ),
    "gsutil": Tool("fetch", verbs=(("cp",), ("-m", "cp"), ("rsync",), ("-m", "rsync"), ("mv",)), last=True),
    "gcloud": Tool("fetch", verbs=(("storage", "cp"), ("storage", "rsync")), last=True),
    "azcopy": Tool("fetch", verbs=(("copy",), ("cp",), ("sync",)), last=True),
    "rclone": Tool("fetch", verbs=(("copy",), ("sync",), ("copyto",)), last=True),
    "s5cmd": Tool("fetch", verbs=(("cp",), ("sync",)), last=True),
    "kaggle": Tool(
        "fetch",
        verbs=(("datasets", "download"), ("competitions", "download"), ("d", "download"), ("c", "download")),
        target=("-p", "--path"),
        valued=("-f", "--file"),
    ),
    "huggingface-cli": Tool(
        "fetch", verbs=(("download",),), target=("--local-dir",), revision=("--revision",),
        valued=("--repo-type", "--include", "--exclude", "--cache-dir", "--token"),
    ),
    "hf": Tool(
        "fetch", verbs=(("download",),), target=("--local-dir",), revision=("--revision",),
        valued=("--repo-type", "--include", "--exclude", "--cache-dir", "--token"),
    ),
    "git": Tool("fetch", verbs=(("clone",),), valued=("--depth", "-b", "--branch", "-c", "--config"), last=True),
    "dvc": Tool("fetch", verbs=(("get",), ("get-url",)), target=("-o", "--out"), revision=("--rev",)),
    "unzip": Tool("unpack", target=("-d",), valued=("-x",)),
    "tar": Tool("unpack", target=("-C", "--directory"), valued=("-f", "--file")),
    "7z": Tool("unpack", verbs=(("x",), ("e",))),
    "gunzip": Tool("unpack"),
    "bunzip2": Tool("unpack"),
    "unrar": Tool("unpack", verbs=(("x",), ("e",))),
    "cp": COPY,
    "mv": COPY,
    "ln": COPY,
    "rsync": Tool("move", last=True, valued=("-e", "--exclude", "--include")),
    "scp": Tool("move", last=True, valued=("-i", "-P")),
}  # fmt: skip


def transfers(passage: Passage, place: str, directory: str = "") -> Iterator[Transfer]:
    """The commands of a shell text that bring files into place."""
    yield from _redirected(passage, place, directory)
    if not MENTION.search(passage.text):
        return
    is_verified = VERIFYING.search(passage.text) is not None
    for simple in simple_commands(passage.text):
        words = _from_tool(simple.words)
        if words and (found := _transfer(words, passage, place, directory)):
            yield found._replace(is_verified=is_verified)


def _redirected(passage: Passage, place: str, directory: str) -> Iterator[Transfer]:
    """What commands print into files: `>` and `>>`."""
    for match in REDIRECT.finditer(passage.text) if ">" in passage.text else ():
        at = passage.locate(match.start(1), match.end(1))
        yield Transfer(at, ">", "move", (), match[1].strip("'\""), directory, place)


def _from_tool(words: Sequence[Word]) -> Sequence[Word]:
    for index, word in enumerate(words[:6]):
        if word.text in LEADING or ASSIGNMENT.match(word.text):
            continue
        return words[index:]
    return ()


def _transfer(words: Sequence[Word], passage: Passage, place: str, directory: str) -> Transfer | None:
    name = words[0].text.rpartition("/")[2]
    tool = TOOLS.get(name)
    if tool is None or (name == "tar" and not _extracts(words)):
        return None
    texts = [word.text for word in words[1:]]
    verb = next((verb for verb in tool.verbs if tuple(texts[: len(verb)]) == verb), None)
    if verb is None:
        return None
    options, plain = _sorted(words[1 + len(verb) :], tool)
    target = next((options[name] for name in tool.target if name in options), "")
    if "--key" in options:
        plain, target = [f"s3://{options.get('--bucket', '')}/{options['--key']}"], "".join(plain[:1])
    elif tool.last and len(plain) > 1:
        *plain, target = plain
    return Transfer(
        passage.locate(words[0].start, words[-1].end),
        name,
        "upload" if name in STORES and _is_own(plain, target) else tool.does,
        tuple(plain),
        target,
        directory,
        place,
        any(option in options for option in tool.revision),
        any(word.variable for word in words),
    )


def _is_own(sources: Sequence[str], target: str) -> bool:
    """Whether a copy goes into a store: it takes files of one's own, as one of both sides must be the store's."""
    return all(not REMOTE.match(source) and "$" not in source for source in sources) or (
        REMOTE.match(target) is not None and not any(map(REMOTE.match, sources))
    )


def _extracts(words: Sequence[Word]) -> bool:
    return any(word.text.lstrip("-")[:4].find("x") >= 0 for word in words[1:3]) or any(
        word.text in ("--extract", "--get") for word in words
    )


def _sorted(words: Sequence[Word], tool: Tool) -> tuple[dict[str, str], list[str]]:
    """The options that matter with their values, and the words that are no options."""
    options: dict[str, str] = {}
    plain: list[str] = []
    pending = ""
    for word in words:
        text = word.text
        if pending:
            options[pending] = text
            pending = ""
        elif text.startswith("-") and len(text) > 1:
            name, found, value = text.partition("=")
            if found:
                options[name] = value
            elif name in (*tool.target, *tool.valued, *tool.revision):
                pending = name
            elif name[:2] in tool.target and not name.startswith("--"):
                options[name[:2]] = name[2:]
            else:
                options[name] = ""
        else:
            plain.append(text)
    return options, plain
