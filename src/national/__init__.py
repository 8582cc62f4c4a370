"""The national side, played for demonstrations and tests. Imports nothing of tinhso."""
