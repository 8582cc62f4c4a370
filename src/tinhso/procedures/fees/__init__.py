"""Fees as a decision table: read, judged, said in words, reckoned, carried to and from DMN."""
