"""What has this machine installed, if the user allows that to be asked? Nothing is imported or run."""

import glob
import os
from collections.abc import Mapping

from mlaudit.config import UsageError
from mlaudit.facts import canonical
from mlaudit.fixes import Machine

SITES = ("lib/python*/site-packages", "Lib/site-packages", "conda-meta")


def active(root: str, variables: Mapping[str, str]) -> Machine:
    """The active virtual or conda environment, else the `.venv` of the repository, and the Hugging Face cache.

    Raises UsageError where no environment is active.
    """
    named = (variables.get("VIRTUAL_ENV"), variables.get("CONDA_PREFIX"), os.path.join(root, ".venv"))
    environment = next((folder for folder in named if folder and os.path.isdir(folder)), None)
    if environment is None:
        raise UsageError("--from-environment: no environment is active, and the repository has no .venv")
    folders = [found for site in SITES for found in sorted(glob.glob(os.path.join(glob.escape(environment), site)))]
    home = variables.get("HF_HOME") or os.path.join(os.path.expanduser("~"), ".cache", "huggingface")
    return Machine(tuple(folders), variables.get("HF_HUB_CACHE") or os.path.join(home, "hub"))


def installed(machine: Machine, name: str, ecosystem: str) -> list[str]:
    """The versions of a package that are installed, by the names of the files of metadata: `numpy-1.26.4.dist-info`,
    conda's `numpy-1.26.4-py312h.json`. One that was installed from a folder or a URL has none of an index: "".
    """
    found = []
    for folder in machine.packages:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        is_conda = os.path.basename(folder) == "conda-meta"
        if is_conda is (ecosystem == "conda"):
            found += [version for each in sorted(names) for version in _version(folder, each, name)]
    return found


def _version(folder: str, entry: str, name: str) -> list[str]:
    if entry.endswith(".dist-info"):
        package, _, version = entry.removesuffix(".dist-info").rpartition("-")
        if canonical(package) == name and os.path.isfile(os.path.join(folder, entry, "METADATA")):
            is_direct = os.path.exists(os.path.join(folder, entry, "direct_url.json"))
            return ["" if is_direct else version]
    elif entry.endswith(".json") and entry.count("-") >= 2:
        package, version, _ = entry.rsplit("-", 2)
        return [version] if canonical(package) == name else []
    return []
