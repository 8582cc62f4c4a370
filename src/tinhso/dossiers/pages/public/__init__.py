"""The person files, follows, supplements and receives."""
