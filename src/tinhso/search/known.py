"""What questions were answered with lately; every change of the index forgets it."""

from __future__ import annotations

from tinhso.foundation.remembered import Answers

KNOWN = Answers()
