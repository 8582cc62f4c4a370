"""Pages of identity: signing in, devices, and who looked at my data."""
