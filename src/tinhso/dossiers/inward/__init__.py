"""What the one-stop answers to systems of others, behind the exchange."""
