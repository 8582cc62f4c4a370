"""Hostile hands: what must not be possible, tried."""
