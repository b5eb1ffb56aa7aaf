"""Output formats, one module each: a Report goes in, text comes out. Same report, same text."""
