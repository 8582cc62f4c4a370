"""Tỉnh Số: the digital government of one Vietnamese province, cut into rooms by what it does."""
