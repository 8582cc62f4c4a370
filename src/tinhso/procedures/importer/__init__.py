"""Reads the national catalogue's records, whose columns were run together into one text per section.

Pure functions: text in, parts and what could not be recovered out. Nothing here touches the database.
"""
