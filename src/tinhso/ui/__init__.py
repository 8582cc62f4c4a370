"""One visual language: base templates, components, tokens, icons. Rooms extend `ui/…`."""
