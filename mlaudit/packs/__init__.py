"""Own rules: which rules do the packs of a configuration and the plug-ins that are installed bring?"""
