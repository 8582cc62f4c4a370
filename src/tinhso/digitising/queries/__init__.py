"""Reads of digitising."""
