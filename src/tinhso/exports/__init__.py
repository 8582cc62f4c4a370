"""Lists taken out as files: written in the background, kept for some days, each with its trace.

It does not know what a list holds: rooms declare sources, which judge what the asker sees.
"""
