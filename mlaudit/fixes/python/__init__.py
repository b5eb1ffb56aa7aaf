"""Edits of Python files and of the cells of notebooks: a place goes in, and the smallest changes of the text come out."""
