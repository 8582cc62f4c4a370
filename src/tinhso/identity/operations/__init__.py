"""Writes of identity."""
