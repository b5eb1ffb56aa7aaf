"""Does a command bring files into place: fetch, unpack or move them?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mlaudit.facts.transfers import Transfer
from mlaudit.patterns import pattern
from mlaudit.readers.commands.shell import Word, simple_commands
from mlaudit.source import Passage

# Texts without one of these hold no such command.
MENTION = pattern(
    r"\b(?:wget|curl|aria2c|gdown|aws|gsutil|gcloud|azcopy|rclone|s5cmd|kaggle|huggingface-cli|hf|git|dvc|unzip|tar|7z|"
    r"gunzip|unrar|bunzip2|cp|mv|ln|rsync|scp|jupytext|jupyter)\s"
)
REDIRECT = pattern(r"(?:^|[\s\w'\")}])[12]?>>?\s*([\w./~${}'\"-]*[\w}'\"])")
VERIFYING = pattern(
    r"\b(?:sha\d*sum|shasum|md5sum|b2sum|cksum|openssl\s+(?:dgst|sha\d+)|gpg2?\b[^\n|;&]*\s--verify|minisign|cosign\s+verify"
    r"[\w-]*)\b|--checksum"
)
# What a clone is set to after it: `git checkout 1a2b3c4`, `git reset --hard $COMMIT`.
SET_TO = pattern(
    r"\bgit\b[^\n|;&]*?\s(?:checkout|reset\s+--hard|switch)(?:\s+-[\w-]+)*\s+[\"']?(?!-|\.(?:\s|$))([^\s;&|\"'<>]+)"
    r"|\bgit\b[^\n|;&]*?\sfetch\b[^\n|;&]*?\s[\"']?([0-9a-f]{7,40}|\$[^\s;&|\"']+)"
)
CLONE = "git clone"
SUBSTITUTED = pattern(r"\$\(|<\(|`")
KEPT = pattern(r"(?<![-=<&])>>?\|?\s*(?!/dev/(?:null|stdout|stderr)|&)[\w./~$\"'{]")
ENDS = pattern(r"\|\|?|[;&\n)]")
# Programs that run what they are given.
INTERPRETERS = frozenset("sh bash zsh dash ash ksh eval source . python python3 perl node php ruby".split())
URL = pattern(r"(?:https?|ftp)://")
LONGEST = 20_000
LEADING = ("sudo", "env", "exec", "time", "nohup", "then", "do", "else", "&&")
ASSIGNMENT = pattern(r"[A-Za-z_]\w*=")


class Tool(NamedTuple):
    """How a tool is told: `verbs` that must follow it, options that name the `target`, options that take a value and
    mean something else, options that name a revision. `last`: the last word that is no option is the target.
    `clustered`: short options may stand together, `-fsSLo file`."""

    does: str
    verbs: tuple[tuple[str, ...], ...] = ((),)
    target: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    revision: tuple[str, ...] = ()
    last: bool = False
    clustered: bool = False


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
        clustered=True,
    ),
    "curl": Tool(
        "fetch",
        target=("-o", "--output", "--output-dir"),
        valued=tuple(
            "-H --header -d --data --data-binary --data-raw --data-urlencode --json -X -u --request --user -A -b -c"
            " --retry -m -w -F --form -T --upload-file --retry-delay --retry-max-time --connect-timeout --max-time"
            " --proto --cacert --user-agent --cookie --write-out -x --proxy -e -C -y -Y -z".split()
        ),
        clustered=True,
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
    "git": Tool(
        "fetch", verbs=(("clone",),), revision=("-b", "--branch"),
        valued=("--depth", "-c", "--config", "-j", "--jobs", "-o", "--origin", "--filter", "--reference"), last=True,
    ),
    "dvc": Tool("fetch", verbs=(("get",), ("get-url",)), target=("-o", "--out"), revision=("--rev",)),
    "unzip": Tool("unpack", target=("-d",), valued=("-x",)),
    "tar": Tool("unpack", target=("-C", "--directory"), valued=("-f", "--file")),
    "7z": Tool("unpack", verbs=(("x",), ("e",))),
    "gunzip": Tool("unpack"),
    "bunzip2": Tool("unpack"),
    "unrar": Tool("unpack", verbs=(("x",), ("e",))),
    "jupytext": Tool("move", valued=("--to", "--output", "--set-formats")),
    "jupyter": Tool("move", verbs=(("nbconvert",),), valued=("--to", "--output", "--output-dir")),
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
    simple = list(simple_commands(passage.text))
    for number, command in enumerate(simple):
        words = _from_tool(command.words)
        if words and words[0].text.rpartition("/")[2] in INTERPRETERS:
            yield from (found._replace(is_verified=is_verified) for found in _run(words, passage, place, directory))
        elif words and (found := _transfer(words, passage, place, directory)):
            into = _reader(simple[number + 1].words) if command.piped and number + 1 < len(simple) else ""
            if found.tool == "git":
                found = _set_to(found, passage.text, words[-1].end)
            keeps = found.keeps or bool(into) or _is_redirected(passage.text, words)
            yield found._replace(is_verified=is_verified, into=into, keeps=keeps)


def told_later(transfer: Transfer, texts: Iterable[str]) -> Transfer:
    """A fetch, with what the texts of later commands say of it: the commit of a clone, the checksum of a file."""
    name = (transfer.target or "".join(transfer.sources[:1])).rpartition("/")[2]
    for text in texts:
        if transfer.tool == "git" and not transfer.revision and CLONE not in text and SET_TO.search(text):
            return _set_to(transfer, text, 0)
        if name and name in text and VERIFYING.search(text):
            return transfer._replace(is_verified=True)
    return transfer


def _set_to(clone: Transfer, text: str, start: int) -> Transfer:
    """A clone, with the commit or branch to which it is set before the next one is made."""
    end = text.find(CLONE, start)
    found = SET_TO.search(text, start, end if end >= 0 else len(text))
    return clone._replace(revision=found[1] or found[2], is_versioned=True) if found else clone


def _run(words: Sequence[Word], passage: Passage, place: str, directory: str) -> Iterator[Transfer]:
    """What a program fetches that an interpreter is given: `sh -c "$(curl …)"`, `bash <(curl …)`."""
    for word in words[1:]:
        opening = SUBSTITUTED.match(word.text) if word.variable else None
        if opening and len(word.text) < LONGEST:
            start = word.span(opening.end(), opening.end())[0]
            inner = _inside(passage, word.text[opening.end() : -1], start)
            for command in simple_commands(inner.text):
                named = _from_tool(command.words)
                found = _transfer(named, inner, place, directory) if named else None
                if found and found.does == "fetch":
                    yield found._replace(into=words[0].text.rpartition("/")[2], keeps=True)


def _inside(passage: Passage, text: str, start: int) -> Passage:
    return Passage(text, lambda first, last: passage.locate(start + first, start + last))


def _reader(words: Sequence[Word]) -> str:
    """The program that reads from a pipe: `sudo -E bash -` is bash."""
    named = (word.text.rpartition("/")[2] for word in _from_tool(words) if not word.text.startswith("-"))
    return next((name for name in named if name not in LEADING), "")


def _is_redirected(text: str, words: Sequence[Word]) -> bool:
    """Whether a command's output goes to a file."""
    end = ENDS.search(text, words[-1].end)
    return KEPT.search(text, words[0].end, end.start() if end else len(text)) is not None


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
    elif tool.does == "move" and not tool.last:  # a notebook's code is written beside it
        plain = [f"{text[: -len('.ipynb')]}.py" for text in plain if text.endswith(".ipynb")]
        target = plain[0].rpartition("/")[0] if plain else ""
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
        revision=next((options[option] for option in tool.revision if name == "git" and option in options), ""),
        keeps=_keeps(name, options),
    )


def _is_own(sources: Sequence[str], target: str) -> bool:
    """Whether a copy goes into a store: it takes files of one's own, as one of both sides must be the store's."""
    return all(not REMOTE.match(source) and "$" not in source for source in sources) or (
        REMOTE.match(target) is not None and not any(map(REMOTE.match, sources))
    )


def _keeps(tool: str, options: Mapping[str, str]) -> bool:
    """Whether a tool writes a file, and not what it fetches to its output."""
    if tool == "curl":
        names = {"-o", "--output", "-O", "--remote-name", "--remote-name-all", "-J"}
        return bool(names & options.keys()) and options.get("-o", options.get("--output", "")) not in ("-", "/dev/null")
    if tool == "wget":
        target = options.get("-O", options.get("--output-document", ""))
        return "--spider" not in options and target not in ("-", "/dev/null", "/dev/stdout")
    return True


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
            elif tool.clustered and not name.startswith("--"):
                pending = _cluster(name, tool, options)
            elif name[:2] in tool.target and not name.startswith("--"):
                options[name[:2]] = name[2:]
            else:
                options[name] = ""
        else:
            plain.append(text)
    return options, plain


def _cluster(text: str, tool: Tool, options: dict[str, str]) -> str:
    """Take apart `-fsSLo` and `-qO-`; the option that waits for the next word, or ""."""
    for position, letter in enumerate(text[1:], start=2):
        option = f"-{letter}"
        if option in tool.target or option in tool.valued:
            if position == len(text):
                return option
            options[option] = text[position:]
            return ""
        options[option] = ""
    return ""
