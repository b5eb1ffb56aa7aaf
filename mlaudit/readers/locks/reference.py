"""How is the place of a locked package written that does not come from an index?"""

import posixpath


def vcs(url: str, commit: str, asked: str = "") -> str:
    """`git+URL@COMMIT`, with the ref that was asked for behind `#`, if the lock names one."""
    return f"git+{url}" + (f"@{commit}" if commit else "") + (f"#{asked}" if asked else "")


def local(folder: str, path: str) -> str:
    """`path:` and the path from the repository's root; an absolute path or file URL stays as it is."""
    if path.startswith(("/", "~", "file:")) or path[1:3] in (":\\", ":/"):
        return path
    return f"path:{posixpath.normpath(posixpath.join(folder, path))}"


def conda_archive(url: str) -> tuple[str, str]:
    """Name and version of a conda archive, from `NAME-VERSION-BUILD.conda`; ("", "") where it is no such name."""
    file = url.partition("#")[0].rstrip("/").rpartition("/")[2]
    stem = file.removesuffix(".conda").removesuffix(".tar.bz2")
    name, version, build = [*stem.rsplit("-", 2), "", ""][:3]
    return (name, version) if stem != file and build else ("", "")
