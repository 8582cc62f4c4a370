"""Example runs: cases as recorded, run again, and how they came out in words."""
