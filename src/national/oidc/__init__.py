"""The national e-ID, played: an OpenID Connect provider that accepts nothing sloppy."""
