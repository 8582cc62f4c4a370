"""What look-ups of agencies, units and identifiers answered; every change of those tables forgets it."""

from __future__ import annotations

from tinhso.foundation.remembered import Answers

KNOWN = Answers()
