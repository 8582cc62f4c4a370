"""The protocol as bytes: pure, no database."""
