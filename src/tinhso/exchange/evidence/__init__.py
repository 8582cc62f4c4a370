"""Signatures, hash chains, stamps, containers and archives: what proves a message later."""
