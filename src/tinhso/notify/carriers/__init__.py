"""How each channel hands a message to whoever carries it."""
