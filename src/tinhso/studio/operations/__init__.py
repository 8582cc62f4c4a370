"""What changes studio."""
