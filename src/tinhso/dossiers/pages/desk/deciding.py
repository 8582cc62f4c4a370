"""At the counter: which agency decides on what is taken in here, and where its result is collected.

Any centre of the province takes in for any agency (NĐ 118/2025: not bound to the territory).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.pages.public import offices
from tinhso.dossiers.pages.public.offices import Office
from tinhso.dossiers.queries import desks
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures

HERE, THERE = "o-day", "co-quan"


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was chosen: `own` is this counter's agency, `agency` the one that decides, None while not chosen.

    `found` are those to choose from, after a search for `q`; `collect` is where the result is collected.
    """

    own: directory.AgencyView
    agency: directory.AgencyView | None
    q: str = ""
    found: tuple[Office, ...] = ()
    collect: str = HERE

    @property
    def crosses(self) -> bool:
        """Whether it is taken in for another agency."""
        return self.agency is None or self.agency.id != self.own.id

    @property
    def items(self) -> list[dict[str, str]]:
        """The choices of agencies."""
        found = {str(one.id): (one.name, one.note) for one in self.found}
        current = {str(one.id): (one.name, "") for one in (self.own, self.agency) if one}
        return [{"value": id_, "text": name, "hint": note} for id_, (name, note) in (current | found).items()]

    @property
    def places(self) -> list[dict[str, str]]:
        """The choices of where the result is collected."""
        there = self.agency.name if self.agency else _("Cơ quan giải quyết")
        return [{"value": HERE, "text": self.own.name}, {"value": THERE, "text": there}]

    def decides(self) -> UUID:
        """The agency that decides. Raises Invalid while none is chosen."""
        if self.agency is None:
            sentence = _("Hãy chọn cơ quan giải quyết: thủ tục này không thuộc cơ quan ở đây.")
            raise Invalid(sentence, faults={"co-quan": sentence})
        return self.agency.id

    def collects(self) -> UUID | None:
        """The agency where the result is collected, None for the one that decides."""
        return self.own.id if self.crosses and self.collect == HERE else None


def read(request: HttpRequest, version: procedures.VersionView, actor: ActorRef, at: datetime) -> Deciding:
    """What the form says; before it is sent, this counter's own agency where it takes such dossiers."""
    own = directory.agency(desks.desk_of(actor, at).agencies[0], today(at))
    q = request.POST.get("tim-co-quan", "").strip()[:200]
    word = request.POST.get("co-quan", "")
    agency = offices.chosen(word, version=version, at=at) if word else _usual(version, own, at=at)
    if word == str(own.id):
        agency = own
    found = offices.offered(version, q=q, address="", at=at) if q or agency is None else ()
    return Deciding(own=own, agency=agency, q=q, found=found, collect=request.POST.get("noi-tra", HERE))


def _usual(
    version: procedures.VersionView, own: directory.AgencyView, *, at: datetime
) -> directory.AgencyView | None:
    """The counter's own agency, or the only one that the procedure names when it belongs to another level."""
    if version.agency_level.value not in (directory.AgencyLevel.PROVINCE, directory.AgencyLevel.COMMUNE):
        return own
    if offices.chosen(str(own.id), version=version, at=at) or own.level.value == version.agency_level.value:
        return own
    found = offices.offered(version, q="", address="", at=at)
    return offices.chosen(str(found[0].id), version=version, at=at) if len(found) == 1 else None
