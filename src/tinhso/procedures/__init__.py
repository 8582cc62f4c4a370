"""The catalogue of administrative procedures: what each asks, costs, takes and gives, in dated versions.

It describes; it never handles a dossier. A published version does not change: a change is a new version.
"""
