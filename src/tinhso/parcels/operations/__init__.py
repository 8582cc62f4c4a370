"""What changes parcels."""
