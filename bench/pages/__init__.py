"""What a visit costs on a slow phone, and how fast the desk answers a key."""
