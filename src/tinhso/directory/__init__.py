"""Territories, agencies and units, every fact dated.

Answers who stood where on a day, by which code and which identifier, and what became of it. It must
not know people, roles or work: only the bodies and their ground.
"""
