"""Which smallest changes of a Python text, or of a notebook's cell, do what a fix is to do at a place?"""
