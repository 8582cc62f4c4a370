"""Public pages of the catalogue."""
