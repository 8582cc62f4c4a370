"""Officers' pages of dossiers."""
