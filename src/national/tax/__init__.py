"""The tax side, which takes electronic receipts of fees and charges."""
