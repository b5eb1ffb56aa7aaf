"""Input formats, one module each: a Source goes in, facts come out. discover.READERS says which file goes where."""
