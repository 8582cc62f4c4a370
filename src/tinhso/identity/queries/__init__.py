"""Reads of identity; each a constant number of queries."""
