"""Supervision of the one-stop: what is late, in whose hands and since when, what came and what was done.

It reads dossiers' figures and lists and changes no dossier.
"""
