"""The exchange: the province's LGSP, a security server on both sides of every message, and its agreements.

It carries, proves and meters messages; it never looks into what they say beyond what their contract states,
and it decides nothing about the work of any room above it.
"""
