"""One-stop: a dossier from submission to the result in the person's hands.

The life cycle in `lifecycle.py` is the truth about a dossier; the BPMN process only offers the next
work. This room does not know who is who (identity), what a procedure asks (procedures), nor how a
message reaches a person (notify).
"""
