"""Marks on a dossier's row that say it is on a way beyond its own office: lists show them, acts ask them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.models import Dossier

CROSSED = "crossed"
"""Taken in, or to be collected, at another centre than its agency's."""
AWAITED = "handed_on"
"""Handed to another agency, which has not yet said that it has it."""
PHASED = "phases"
"""Several agencies have a part of the way, each on its own clock."""

ASKED = "opinions"
"""Other agencies were asked for their opinion, and not all have answered."""

BUNDLED = "bundle"
"""Part of a bundle that was filed once for several procedures."""

DEEMED = "deemed"
"""The promise ran out with no answer, and the law took that for one."""
POSTED = "by_post"
"""The result goes to the person by public post."""
UNBILLED = "unbilled"
"""Something is to be paid, and no bill asks for all of it yet: somebody has to judge a sum, an account is
missing, or a payment is under way."""
PAID = "paid"
"""What was to be paid is paid."""
REBASED = "rebased"
"""Taken over to a newer version of its procedure, and nobody has looked yet at what changed."""
LACKING = "lacking"
"""The version it went over to asks for answers or papers that it has not."""
TERM_KEPT = "term_kept"
"""Its promise stays with the term of an earlier version."""


TIMED = "timed"
"""A clock of its process runs: it waits, or its step is to be done by a time."""


def put(dossier: Dossier, mark: str) -> None:
    """Put a mark on a dossier."""
    dossier.flags = sorted({*dossier.flags, mark})


def take(dossier: Dossier, mark: str) -> None:
    """Take a mark off."""
    dossier.flags = [one for one in dossier.flags if one != mark]


def status_words(status: Status, flags: Sequence[str]) -> str:
    """A status as people read it: nobody is told that a result was given where the law stood in for one."""
    if DEEMED in flags and status is Status.RETURNED:
        return _("Coi như đã chấp thuận")
    if DEEMED in flags and MEANINGS[status].final:
        return _("Coi như bị từ chối")
    return MEANINGS[status].label
