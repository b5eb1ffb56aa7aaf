"""Python code: modules and the cells of notebooks."""
