"""A time-stamp authority, played (RFC 3161 with ESSCertIDv2 of RFC 5816)."""
