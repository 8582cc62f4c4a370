"""Ground that every room stands on: law as dated values, working time, text, numbers, files,
signatures, audit, events, jobs. It knows no room and no procedure. Each module is its own door."""
