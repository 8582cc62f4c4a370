"""Procedures as files: YAML texts, a folder of them, and the signed package that provinces share.

Pure functions over bytes: nothing here touches the database. What comes in was made by anybody.
"""
