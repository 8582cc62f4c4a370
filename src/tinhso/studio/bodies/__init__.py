"""Bodies of parts: what may be kept of one, two beside each other, merged, and told in words."""
