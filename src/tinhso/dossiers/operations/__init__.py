"""Writes of the one-stop: each function is one act."""
