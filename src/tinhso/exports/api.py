"""The door of exports."""

from tinhso.exports.contracts import Cell, Column, Prepared, Source
from tinhso.exports.sources import declare

__all__ = ["Cell", "Column", "Prepared", "Source", "declare"]
