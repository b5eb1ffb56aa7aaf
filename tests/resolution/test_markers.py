"""Are markers compared by what they admit?"""

import pytest

from mlaudit.resolution.locked.markers import Place, same
from mlaudit.resolution.versions import clauses

NEWER = Place(clauses(">=3.10"))


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        ("python_version < '3.12'", "python_full_version < '3.12'", True),
        ('python_version < "3.12"', "python_version  <  '3.12'", True),
        ("python_version < '3.12'", "python_version < '3.13'", False),
        ("python_version >= '3.8'", "", True),
        ("python_version < '3.9'", "", False),
        ("python_full_version < '3.11.4'", "python_full_version <= '3.11.4'", False),
        ("sys_platform == 'win32'", "platform_system == 'Windows'", True),
        ("sys_platform == 'linux'", "sys_platform != 'win32'", False),
        ("sys_platform != 'emscripten'", "", False),
        ("'linux' == sys_platform and python_version < '4'", "sys_platform == 'linux'", True),
        ("platform_machine == 'ppc64le'", "platform_machine == 's390x'", False),
        ("implementation_name == 'cpython'", "platform_python_implementation == 'CPython'", True),
        ("nonsense", "python_version < '3'", None),
        ("os_name == ", "", None),
    ],
)
def test_same(left: str, right: str, answer: bool | None) -> None:
    assert same([left], [right], NEWER) is answer


def test_alternatives_count_together() -> None:
    assert same(["sys_platform == 'linux'", "sys_platform != 'linux'"], [""], NEWER)


def test_an_extra_that_is_wanted_is_true() -> None:
    marker = "extra == 'net' and python_version < '3.12'"
    assert same([marker], ["python_version < '3.12'"], NEWER._replace(extra="net"))
    assert not same([marker], ["python_version < '3.12'"], NEWER)
