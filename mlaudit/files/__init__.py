"""Which files are there, what does git say of them, and what do they hold?"""
