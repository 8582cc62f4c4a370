"""What index 766 calls a paper that a state body holds already (`DuocTaiSuDung`)."""

NO, PAPER, RESULT = 0, 1, 2
"""Not reused · a paper from the vault · the result of an earlier procedure."""
