"""Reads of the vault."""
