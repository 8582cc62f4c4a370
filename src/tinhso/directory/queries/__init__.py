"""Reads of the directory; each a constant number of queries, whatever the number of rows."""
