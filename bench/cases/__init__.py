"""`make bench-cases`: the hot paths of the one-stop, each beside its floor measured in the same run."""
