"""What changes exports."""
