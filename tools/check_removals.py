"""Do the rows of knowledge/removals.toml hold? Asks two Pythons that have a package in two versions.

python tools/check_removals.py PACKAGE BEFORE AFTER, where BEFORE and AFTER are interpreters, for example of two virtual
environments. Each row whose version lies between the two must name something that the first has and the second lacks.
Exits 1 and names the rows that do not.
"""

import json
import subprocess
import sys

from mlaudit.knowledge.removals import Removal, rows
from mlaudit.resolution.versions import release

ASK = """
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
package, names = json.load(sys.stdin)

def has(name):
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        except Exception:
            return None
        for part in parts[length:]:
            try:
                found = getattr(found, part)
            except AttributeError:
                return False
            except Exception:
                return None
        return True
    return False

if package == "python":
    version = "%d.%d.%d" % sys.version_info[:3]
else:
    version = importlib.import_module("importlib.metadata").version(package)
json.dump([version, {name: has(name) for name in names}], sys.stdout)
"""


def main(package: str, before: str, after: str) -> int:
    """Print the rows that do not hold, and how many do."""
    found = [row for row in rows() if package in row.packages]
    old, had = _asked(before, package, found)
    new, has = _asked(after, package, found)
    between = [row for row in found if _number(old) < _number(row.version) <= _number(new)]
    wrong = [row for row in between if had[row.name] is False or (has[row.name] and not row.stub)]
    for row in wrong:
        print(f"{row.name}: {row.version}, but {old} has it: {had[row.name]}, {new} has it: {has[row.name]}")
    print(f"{package} {old} to {new}: {len(between) - len(wrong)} of {len(between)} rows hold")
    return int(bool(wrong))


def _asked(python: str, package: str, found: list[Removal]) -> tuple[str, dict[str, bool | None]]:
    given = json.dumps([package, [row.name for row in found]])
    done = subprocess.run([python, "-c", ASK], input=given, capture_output=True, text=True, check=True)
    version, answers = json.loads(done.stdout.splitlines()[-1])
    return version, answers


def _number(version: str) -> tuple[int, ...]:
    return (release(".".join(version.split(".")[:2])) or (0,)) + (0,)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
