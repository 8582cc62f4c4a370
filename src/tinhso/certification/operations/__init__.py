"""What changes certification."""
