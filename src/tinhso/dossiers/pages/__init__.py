"""Pages of the one-stop: the person's (`public`) and the officer's (`desk`)."""
