"""Events told to other systems: topics, order, web hooks, a feed, and their description."""
