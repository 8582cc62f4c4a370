"""The ways money takes: each a `Way` that begins a payment, and its own wire."""
