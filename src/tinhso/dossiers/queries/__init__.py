"""Reads of the one-stop."""
