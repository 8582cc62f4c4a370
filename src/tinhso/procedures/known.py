"""What look-ups of the catalogue answered; every change of a version forgets it."""

from __future__ import annotations

from tinhso.foundation.remembered import Answers

KNOWN = Answers()
