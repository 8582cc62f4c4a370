"""Signing in: by the national e-ID, by password and second factor; and staying signed in."""
