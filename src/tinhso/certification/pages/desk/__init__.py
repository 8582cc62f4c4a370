"""The officers' pages of certification."""
