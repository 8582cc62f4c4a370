"""What dossiers are counted as."""

from __future__ import annotations

from enum import StrEnum


class Measure(StrEnum):
    """What a dossier is counted as; `dossiers_counts` in the database says when.

    OPEN stands on the day of its deadline; all others on the day it happened. A dossier is closed when its
    result is there, or when it ends without one after acceptance: EARLY on a day before its deadline's, else
    ON_TIME or LATE. DUE and SETTLED tell how many accepted dossiers were overdue at the end of any day: those
    due by then, less those both due and closed by then. One whose clock stands is not DUE until it goes on.
    """

    OPEN = "open"
    SENT = "sent"
    ACCEPTED = "accepted"
    HANDLED = "handled"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DUE = "due"
    SETTLED = "settled"


class CountLevel(StrEnum):
    """How finely counts are kept: of each key, or rolled up by agency or by procedure."""

    EACH = "each"
    AGENCY = "agency"
    PROCEDURE = "procedure"
