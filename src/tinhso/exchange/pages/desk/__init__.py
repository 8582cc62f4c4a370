"""What operators and data owners work in."""
