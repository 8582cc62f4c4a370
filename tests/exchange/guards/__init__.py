"""What stands between a caller and a service: pure, no database."""
