"""The gateway's process: HTTP, both sides of an exchange, trust between servers."""
