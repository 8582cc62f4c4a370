"""Documents written by clerks: a plain language with light marks, read to a tree, judged, set in type.

See docs/studio/templates.md for the language and docs/decisions/templates-for-clerks.md for why this one.
"""
