"""Pages for who pays."""
