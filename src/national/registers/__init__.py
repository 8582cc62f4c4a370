"""The registers behind the exchange platform: population (service 037) and enterprises."""
