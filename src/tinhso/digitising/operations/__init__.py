"""What changes scans."""
