"""What stands between a caller and a service: standing of an agreement, quota, contract, mask, breaker."""
