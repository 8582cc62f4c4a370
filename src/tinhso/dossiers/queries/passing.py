"""Where a dossier came in, where it is now and until when, where it goes out: for desk and tracking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import agencies
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import STANDING
from tinhso.dossiers.models import Dossier, Phase, Places, Transfer
from tinhso.foundation import worktime
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class PhaseView:
    """One agency's part of the way. `state` is done, now or later; moments are UTC.

    `late` says that this agency overstepped its own time; `words` explain its deadline.
    """

    name: str
    agency: UUID | None
    agency_name: str
    term: str
    state: str
    begins_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    late: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferView:
    """One hand-over between agencies; `state` is received, awaited or dropped."""

    giver: str
    taker: str
    sent_at: datetime
    sent_by: str
    due_at: datetime
    received_at: datetime | None
    received_by: str
    state: str


@dataclass(frozen=True, slots=True)
class Way:
    """A dossier's way between agencies. `intake` and `collect` name other centres, if there are."""

    intake: str = ""
    collect: str = ""
    phases: tuple[PhaseView, ...] = ()
    transfers: tuple[TransferView, ...] = ()

    @property
    def now(self) -> PhaseView | None:
        """The phase under way."""
        return next((phase for phase in self.phases if phase.state == "now"), None)


def way(dossier: Dossier, *, at: datetime) -> Way:
    """The way of a dossier so far, and the phases still ahead. Four queries at most."""
    places = Places.objects.filter(dossier=dossier).first()
    transfers = list(Transfer.objects.filter(dossier=dossier).order_by("sent_at", "id"))
    visits = list(Phase.objects.filter(dossier=dossier).order_by("begins_at", "id"))
    names = directory.names(
        {visit.agency_id for visit in visits}
        | {agency for each in transfers for agency in (each.giver_id, each.taker_id)}
        | ({places.intake_id, places.collect_id} if places else set())
    )
    return Way(
        intake=names[places.intake_id] if places and places.intake_id != dossier.agency_id else "",
        collect=names[places.collect_id] if places else "",
        phases=(*(_gone(visit, names, dossier, at=at) for visit in visits), *_ahead(dossier, visits, at=at)),
        transfers=tuple(_transfer(each, names) for each in transfers),
    )


def _gone(visit: Phase, names: dict[UUID, str], dossier: Dossier, *, at: datetime) -> PhaseView:
    stands = visit.ended_at is None and Status(dossier.status) in STANDING
    until = visit.ended_at or (dossier.stopped_since if stands and dossier.stopped_since else at)
    return PhaseView(
        name=visit.name,
        agency=visit.agency_id,
        agency_name=names[visit.agency_id],
        term=worktime.say_term(worktime.Term(visit.amount, worktime.Unit(visit.unit))),
        state="now" if visit.ended_at is None else "done",
        begins_at=visit.begins_at,
        due_at=visit.due_at,
        ended_at=visit.ended_at,
        late=until > visit.due_at,
        words=tuple(visit.words),
    )


def _ahead(dossier: Dossier, visits: list[Phase], *, at: datetime) -> tuple[PhaseView, ...]:
    """Phases of the procedure that no visit has begun; none for a dossier whose clock has ended."""
    asked = procedures.version(dossier.procedure_version_id).phases
    if not asked or dossier.finished_at or dossier.status == Status.DONE:
        return ()
    begun = {visit.key for visit in visits}
    still = [phase for phase in asked if phase.key not in begun]
    theirs = {phase.key: agencies.agency_of(dossier, phase.key, at=at) for phase in still}
    names = directory.names(theirs.values())
    return tuple(
        PhaseView(
            name=phase.name,
            agency=theirs[phase.key],
            agency_name=names[theirs[phase.key]],
            term=worktime.say_term(phase.term),
            state="later",
        )
        for phase in still
    )


def _transfer(each: Transfer, names: dict[UUID, str]) -> TransferView:
    return TransferView(
        giver=names[each.giver_id],
        taker=names[each.taker_id],
        sent_at=each.sent_at,
        sent_by=each.sent_by,
        due_at=each.due_at,
        received_at=each.received_at,
        received_by=each.received_by,
        state="received" if each.received_at else "dropped" if each.dropped_at else "awaited",
    )


def near(dossier_id: UUID, *, at: datetime) -> dict[UUID, str]:
    """The centres that had to do with a dossier, by id: its agency's, where it came in, where it goes out."""
    dossier = Dossier.objects.get(id=dossier_id)
    places = Places.objects.filter(dossier_id=dossier_id).first()
    ids = [dossier.agency_id, *((places.intake_id, places.collect_id) if places else ())]
    names = directory.names(ids)
    desks = {unit.agency_id for unit in directory.units_of(ids, today(at), directory.UnitKind.ONE_STOP)}
    return {agency: names[agency] for agency in dict.fromkeys(ids) if agency in desks}


def signing_agency(dossier_id: UUID, *, at: datetime) -> UUID:
    """The agency whose leader signs the result of a dossier."""
    return agencies.issuing(Dossier.objects.get(id=dossier_id), at=at)


def collected_at(dossier_id: UUID) -> UUID:
    """The agency at whose centre the result of a dossier is collected."""
    chosen = Places.objects.filter(dossier_id=dossier_id).values_list("collect_id", flat=True).first()
    return chosen or Dossier.objects.values_list("agency_id", flat=True).get(id=dossier_id)
