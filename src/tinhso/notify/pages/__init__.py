"""Pages of this room, and the addresses where carriers tell of messages."""
