"""What dossiers does when others' events happen."""

from __future__ import annotations

from tinhso.directory import api as directory
from tinhso.dossiers import handing_words, jobs, paying_words, systems
from tinhso.dossiers.events import DossierEnded, DossierRefused, ResultReady
from tinhso.dossiers.models import BundlePart, Dossier, Draft, DraftPaper, FactReport
from tinhso.dossiers.notices import said
from tinhso.dossiers.operations import bundles, charging, erasures
from tinhso.dossiers.turning import SUBJECT
from tinhso.foundation import events, files
from tinhso.identity import api as identity
from tinhso.payments import api as payments

__all__ = ["systems"]


@events.subscribe(identity.NoLongerHolds)
def work_left(event: identity.NoLongerHolds) -> None:
    """What the officer has and may no longer do goes to somebody else at once."""
    jobs.give_work_on.defer(officer_id=str(event.officer))


@events.subscribe(directory.UnitClosed)
def unit_closed(event: directory.UnitClosed) -> None:
    """What lies with a unit that is gone goes to its successor; for a later day the clock sees to it."""
    jobs.follow_reorganisation.defer(unit_ids=[str(event.unit_id)])


@events.subscribe(directory.AgencyDissolved)
def agency_dissolved(event: directory.AgencyDissolved) -> None:
    """What lies with an agency that is gone already goes to its successors."""
    jobs.follow_reorganisation.defer(
        unit_ids=[str(unit.id) for unit in directory.units_ever(event.agency_id)]
    )


@events.subscribe(identity.AbsenceNoted)
def somebody_away(event: identity.AbsenceNoted) -> None:
    """The deputy is told, or, where nobody stands in, those in whose lists the work then lies."""
    name = identity.officer_names([event.officer]).get(event.officer, "")
    facts = {"name": name, "begins": said(event.begins_at), "ends": said(event.ends_at)}
    if event.deputy is not None:
        handing_words.all_of([event.deputy], handing_words.STANDS_IN, facts, at=event.at, by=event.by.id)
        return
    posts = identity.officer(event.officer, event.at).posts
    agencies = {unit.agency_id for unit in directory.units({post.unit_id for post in posts}).values()}
    heads = {
        head
        for agency in agencies
        for unit, who in identity.heads(agency=agency, at=event.at).items()
        if unit in {post.unit_id for post in posts}
        for head in who
    } - {event.officer}
    handing_words.all_of(heads, handing_words.AWAY_ALONE, facts, at=event.at, by=event.by.id)


@events.subscribe(ResultReady)
def result_ready(event: ResultReady) -> None:
    """Parts of a bundle that waited for the result begin, once it is kept for good."""
    part = BundlePart.objects.filter(dossier_id=event.dossier).first()
    if part is not None:
        jobs.start_bundle.defer(bundle_id=str(part.bundle_id))


@events.subscribe(DossierRefused)
def refused(event: DossierRefused) -> None:
    """What of its bundle needed its result is dropped, and the person is told what becomes of the rest; what
    was to be paid for it is not asked for any more."""
    bundles.ended(event.dossier, at=event.at)
    charging.drop(event.dossier, at=event.at)


@events.subscribe(DossierEnded)
def ended(event: DossierEnded) -> None:
    """The same for one withdrawn or stopped."""
    bundles.ended(event.dossier, at=event.at)
    charging.drop(event.dossier, at=event.at)


@events.subscribe(identity.PersonErased)
def person_erased(event: identity.PersonErased) -> None:
    """Nobody finds the person's dossiers by their numbers any more, and what was never sent goes.

    Dossiers themselves stay as long as the law keeps records (`dossier_retention`), then go by themselves.
    """
    of_person = {"owner_kind": "person", "owner_id": event.person_id}
    Dossier.objects.filter(**of_person).update(personal_hash=None, phone_hash=None)
    unsent = Draft.objects.filter(**of_person, dossier=None)
    files.loosen(DraftPaper.objects.filter(draft__in=unsent).values_list("file_id", flat=True), at=event.at)
    unsent.delete()
    FactReport.objects.filter(person_id=event.person_id).delete()
    erasures.ask(event.person_id, at=event.at)


@events.subscribe(payments.PaymentSettled)
def bill_settled(event: payments.PaymentSettled) -> None:
    """Nothing is left to pay of a dossier's bill."""
    if event.about.kind == SUBJECT:
        paying_words.settled(event, charging.paid(event))


@events.subscribe(payments.PaymentUndone)
def bill_owed_again(event: payments.PaymentUndone) -> None:
    """What had settled a dossier's bill was taken back."""
    if event.about.kind == SUBJECT:
        paying_words.undone(event, charging.owed_again(event))


@events.subscribe(payments.PaymentHeld)
def money_held(event: payments.PaymentHeld) -> None:
    """Money came for a dossier's bill that does not fit it."""
    if event.about.kind == SUBJECT:
        paying_words.held(event, Dossier.objects.get(id=event.about.id))
