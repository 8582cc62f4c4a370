"""`make bench-onestop`: the one-stop at a million dossiers, on a busy morning, at a deadline, exported."""
