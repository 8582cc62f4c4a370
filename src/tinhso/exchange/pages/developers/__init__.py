"""The portal for developers of other systems."""
