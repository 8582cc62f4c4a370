"""Tools of the workshop: contracts for the import linter, the room maker. Not part of the product."""
