"""BPMN processes: which work comes next, for which role, within how much time.

It offers work items; it never decides whether an act is legal: that is the life cycle of the room
that asks. It knows no dossier: state comes in and goes out as bytes that the caller keeps in its own
row, in its own transaction.
"""
