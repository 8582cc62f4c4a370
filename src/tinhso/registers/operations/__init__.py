"""What changes registers."""
