"""The province's territories over time, read from published lists (MIT packages), and the demo's agencies."""
