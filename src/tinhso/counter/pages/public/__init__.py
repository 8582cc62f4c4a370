"""Pages for everybody: machines at the office, and phones."""
