"""One visual language: base templates, components, tokens, icons. Rooms extend `ui/…`.

It knows no room and no table: what it draws is handed to it.
"""
