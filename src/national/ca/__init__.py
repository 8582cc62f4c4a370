"""A certificate authority, played: root, issuing authority, revocation lists, OCSP."""
