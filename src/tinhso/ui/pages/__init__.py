"""The few pages of this room: language switch, error pages, gallery."""
