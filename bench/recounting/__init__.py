"""Open promises counted anew after a calendar is corrected."""
