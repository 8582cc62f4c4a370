"""Writes of workflow."""
