"""Writes of notify."""
