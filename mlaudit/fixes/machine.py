"""Where are the packages and models of this machine, if the user allows them to be asked?"""

import glob
import os
from collections.abc import Mapping

from mlaudit.config import UsageError
from mlaudit.fixes import Machine

SITES = ("lib/python*/site-packages", "Lib/site-packages")


def active(root: str, variables: Mapping[str, str]) -> Machine:
    """The active virtual or conda environment, else the `.venv` of the repository, and the Hugging Face cache.

    Nothing is imported or run: packages are known by the names of the folders of their metadata. Raises UsageError
    where no environment is active.
    """
    named = (variables.get("VIRTUAL_ENV"), variables.get("CONDA_PREFIX"), os.path.join(root, ".venv"))
    environment = next((folder for folder in named if folder and os.path.isdir(folder)), None)
    if environment is None:
        raise UsageError("--from-environment: no environment is active, and the repository has no .venv")
    folders = [found for site in SITES for found in sorted(glob.glob(os.path.join(glob.escape(environment), site)))]
    home = variables.get("HF_HOME") or os.path.join(os.path.expanduser("~"), ".cache", "huggingface")
    return Machine(tuple(folders), variables.get("HF_HUB_CACHE") or os.path.join(home, "hub"))
