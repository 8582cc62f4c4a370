"""What happens to the working calendars that offices count by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.refs import CalendarRef


@dataclass(frozen=True, slots=True)
class CalendarCorrected:
    """A working calendar was corrected, an office closed for a day, or opened after all: `what` in words."""

    calendar: CalendarRef
    what: str
    at: datetime
