"""Opens files of unknown origin, in a process of its own that has little memory and time.

Parsers of images and PDFs are where hostile files strike: what breaks or hangs there ends with that
process. Nothing here imports Django or knows the database.
"""
