"""Which programs would git run over the content of files? They are switched off: nothing of a repository is run."""

from mlaudit.files.discover import StrPath, git


def without_filters(root: StrPath) -> list[str] | None:
    """The options of git that switch off all filters that the checkout configures; None where one cannot be named."""
    named = git(root, "config", "-z", "--name-only", "--get-regexp", r"^filter\..*\.(clean|process|required)$") or b""
    keys = {key.decode("utf-8", errors="surrogateescape") for key in named.split(b"\0") if key}
    if any("=" in key for key in keys):  # git takes no such name from its command line
        return None
    return [word for key in sorted(keys) for word in ("-c", f"{key}=")]
