"""Forms: their definitions as data, their rules, and what comes of a person's answers.

It publishes versions that never change, reads answers from a page or a machine, repairs what can be
repaired without asking, and says in Vietnamese what cannot. It keeps no answers: those belong to
whoever asked for them. It knows no procedure and no dossier.
"""
