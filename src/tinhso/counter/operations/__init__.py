"""What changes counter."""
