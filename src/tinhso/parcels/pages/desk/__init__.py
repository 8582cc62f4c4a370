"""The desk's pages of parcels."""
