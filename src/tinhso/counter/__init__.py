"""The counter (quầy một cửa): queue and appointments, paper turned into files, labels, hand-over, paper mode.

It must not decide on dossiers: it takes in, attaches and hands over through the door of dossiers.
"""
