"""What does each real lock tool say of a lock after an edit of its manifest?"""
