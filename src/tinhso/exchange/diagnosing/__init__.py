"""Does what exchange stands on serve: tried now and again, and what is wrong said with its remedy."""
