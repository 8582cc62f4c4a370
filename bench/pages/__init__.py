"""What a visit costs on a slow phone, and how fast the desk answers a key."""

AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0 Mobile Safari/537.36"
)
"""Sign-ins are bound to the browser that began them, so every browser here says the same."""
