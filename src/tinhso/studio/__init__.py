"""The studio: where clerks make and change procedures without a programmer.

It keeps drafts part by part and hands a whole procedure to `procedures` for publishing. It holds no published
words of its own besides the parts they were made from, and it changes no dossier.
"""
