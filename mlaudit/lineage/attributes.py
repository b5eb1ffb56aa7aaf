"""Which paths does Git LFS keep, by the .gitattributes files of a commit?"""

import posixpath
import re
from collections.abc import Container, Iterable, Iterator

from mlaudit.facts import File, TrackingRule

# A pointer has 126 to 140 bytes, and more only where it names extensions (docs/spec.md of Git LFS).
SIZES = range(100, 401)
USUAL = range(126, 141)
# What people give to Git LFS: where no .gitattributes says so, a small file of these is looked into.
ENDINGS = frozenset(
    "7z avi bin bz2 ckpt csv db dcm feather fits flac gguf gz h5 hdf5 jar joblib jpeg jpg json jsonl keras m4a "
    "mat model mov mp3 mp4 nc nii npy npz ogg onnx parquet pb pdf pickle pkl png psd pt pth rar safetensors "
    "sqlite tar tflite tfrecord tgz tif tiff tsv wav webp xls xlsx xz zip zst".split()
)
TOKEN = re.compile(r"\*\*/|/\*\*$|\*|\?|\[!?\]?[^\]]*\]|\\.|.", re.DOTALL)


def kept_by_lfs(rules: Iterable[TrackingRule], paths: Iterable[str]) -> Iterator[str]:
    """The paths whose filter is lfs: the deepest file decides, and in it the last line that matches (gitattributes)."""
    ordered = sorted(rules, key=lambda rule: (rule.at.path.count("/"), rule.at.line), reverse=True)
    matchers = [(_matcher(rule), rule.is_lfs) for rule in ordered]
    if not any(is_lfs for _, is_lfs in matchers):
        return
    any_of_them = re.compile("|".join(f"(?:{matcher.pattern})" for matcher, is_lfs in matchers if is_lfs), re.DOTALL)
    for path in paths:
        if any_of_them.match(path) and next(is_lfs for matcher, is_lfs in matchers if matcher.match(path)):
            yield path


def maybe_pointers(files: Iterable[File], kept: Container[str]) -> Iterator[str]:
    """The files that may be pointers, by their size and by the rules, or else by their ending."""
    for file in files:
        if file.size in SIZES and (
            file.path in kept or (file.size in USUAL and file.path.rpartition(".")[2].lower() in ENDINGS)
        ):
            yield file.path


def _matcher(rule: TrackingRule) -> re.Pattern[str]:
    try:
        return re.compile(_expression(rule), re.DOTALL)
    except re.error:  # a range that ends before it starts matches nothing
        return re.compile(r"(?!)")


def _expression(rule: TrackingRule) -> str:
    """A regular expression for whole paths from the root."""
    folder = posixpath.dirname(rule.at.path)
    start = re.escape(f"{folder}/") if folder else ""
    pattern = rule.pattern
    if pattern.endswith("/"):  # a folder, which is no file
        return r"(?!)"
    if "/" not in pattern:
        return rf"{start}(?:.*/)?{_translated(pattern)}\Z"
    return rf"{start}{_translated(pattern.removeprefix('/'))}\Z"


def _translated(pattern: str) -> str:
    return "".join(map(_token, TOKEN.findall(pattern)))


def _token(token: str) -> str:
    match token:
        case "**/":
            return "(?:.*/)?"
        case "/**":
            return "/.*"
        case "*":
            return "[^/]*"
        case "?":
            return r"[^/\x80-\U0010ffff]"  # git matches bytes
    if len(token) > 2 and token.startswith("["):
        inner = token[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return f"[^{inner[1:]}]" if inner.startswith(("!", "^")) else f"[{inner}]"
    return re.escape(token[1] if len(token) == 2 else token)
