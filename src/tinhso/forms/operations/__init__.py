"""What changes forms."""
