"""What does git say of a checkout? Asked so that nothing of the repository is run."""

import os

# What git hands to its hooks speaks of the repository whose hook it is, not of the one that is asked.
HANDED = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"})
# Paths are texts here: pathlib alone would cost a tenth of a short run.
StrPath = str | os.PathLike[str]


def git(root: StrPath, *arguments: str, given: bytes | None = None, index: str = "") -> bytes | None:
    """What a git command prints, without hooks, monitors, fetches or prompts; None where it fails or git is missing."""
    import subprocess

    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "-c", "safe.directory=*", *arguments]
    environment = {key: value for key, value in os.environ.items() if key not in HANDED}
    environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    environment |= {"GIT_INDEX_FILE": index} if index else {}
    try:
        done = subprocess.run(command, cwd=root, input=given, capture_output=True, check=False, env=environment)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def said(root: StrPath, *arguments: str, errors: str = "surrogateescape") -> str:
    """What a git command prints as a text, without the blanks around it; "" where it fails."""
    return (git(root, *arguments) or b"").decode("utf-8", errors).strip()


def without_filters(root: StrPath) -> list[str] | None:
    """The options of git that switch off all filters that the checkout configures; None where one cannot be named."""
    named = git(root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$") or b""
    keys = {key.decode("utf-8", errors="surrogateescape") for key in named.split(b"\0") if key}
    if any("=" in key for key in keys):  # git takes no such name from its command line
        return None
    return [word for key in sorted(keys) for word in ("-c", f"{key}=")]
