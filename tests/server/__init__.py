"""Does `mlaudit server` answer an editor?"""
