"""What changes exchange."""
