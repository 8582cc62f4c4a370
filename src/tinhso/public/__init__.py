"""What a citizen sees that belongs to no single room: the home page, and everything of one's own on one page.

This room keeps nothing and does no act of its own: it asks the rooms below.
"""
