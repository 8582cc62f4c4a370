"""What parcels is for, in one sentence.

What it must not do, in another.
"""
