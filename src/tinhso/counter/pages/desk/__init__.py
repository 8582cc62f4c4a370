"""Pages of officers at the counter."""
