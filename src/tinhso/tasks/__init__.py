"""Work given to a person or a role, with its deadline: what "Việc của tôi" is made of.

It knows neither dossiers nor documents: rooms give and close work about their own subjects.
"""
