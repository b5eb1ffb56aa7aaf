"""What does pre-commit ask for: what is staged, what a range of commits brought, or certain files?"""

import os
from argparse import Namespace
from collections.abc import Mapping

from mlaudit.changes import states
from mlaudit.files.git import git


def resolve(
    options: Namespace, root: str, scope: tuple[str, ...], environment: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """Set `staged` or `since` among the options, and give the paths to which findings are restricted.

    pre-commit says which range it was given (`--from-ref`, before a push); else the files of a commit are staged, and
    those of `--all-files` or `--files` are not.
    """
    states.checked(root, "--pre-commit")
    if since := environment.get("PRE_COMMIT_FROM_REF"):
        options.since = since
        return ()
    index = states.index_of(root)
    base = states.bases(root)[0]
    named = git(root, "diff", "--cached", "--name-only", "--no-renames", "-z", base, "--", index=index) or b""
    staged = {os.fsdecode(path) for path in named.split(b"\0") if path}
    if staged.issuperset(scope):
        options.staged = True
        return ()
    return scope
