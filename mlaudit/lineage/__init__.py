"""Who writes and who reads which data and models, and in which versioned state are they?"""
