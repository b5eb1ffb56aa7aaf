"""Where do the entries of one of Kedro's data catalogs lie?"""

from collections.abc import Iterator

from mlaudit.facts import CatalogEntry, Fact
from mlaudit.masking import masked
from mlaudit.readers.data.plain import is_true
from mlaudit.readers.documents import Malformed, yaml
from mlaudit.source import Source


def read(source: Source) -> Iterator[Fact]:
    """A CatalogEntry for each that names a file. What is no YAML may be a template: no fault of it."""
    try:
        roots = yaml.documents(source)
    except Malformed:
        return
    for root in roots:
        for name, _, entry in yaml.items(root):
            path = yaml.get(entry, "filepath") or yaml.get(entry, "path")
            if path is not None and yaml.text(path) and yaml.get(entry, "type") is not None:
                versioned = yaml.get(entry, "versioned")
                is_versioned = versioned is not None and is_true(versioned)
                yield CatalogEntry(yaml.where(source, path), name, masked(yaml.text(path)), is_versioned)
