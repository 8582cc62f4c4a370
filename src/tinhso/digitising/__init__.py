"""Digitising (số hóa, TT 01/2023/TT-VPCP): pages from scanners become one PDF/A of a paper of a dossier.

It must not judge papers: it puts their copies where they belong, through the door of dossiers.
"""
