"""The officer's desk: the first page, looking after what failed, preferences, the card of keys.

It only gathers: rooms bring their own lists and screens. It decides nothing.
"""
