"""What does the place of a file say of it, by the conventions that people and tools follow?"""

import re

TEST = re.compile(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:tests?|test_[^/]*|[^/]*_tests?|conftest)\.py$")


def is_test(path: str) -> bool:
    """Whether a path is that of a test, or of what tests share."""
    return TEST.search(path) is not None
