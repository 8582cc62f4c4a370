"""One message to a person: in the application and by mail, with its state until it has arrived.

Rooms say what happened and to whom; this room words, sends, retries, and shows what failed. It
decides nothing about dossiers or documents.
"""
