"""What changes supervision."""
