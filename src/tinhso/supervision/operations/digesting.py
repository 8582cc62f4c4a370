"""A digest of an officer's day: chosen by themselves, sent at their hour when there is something to say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity import api as identity
from tinhso.supervision import notices
from tinhso.supervision.contracts import DIGEST_HOURS, Cut
from tinhso.supervision.models import Digest
from tinhso.supervision.queries.digests import told


def choose(*, hour: int, contents: Iterable[Cut], by: ActorRef, at: datetime) -> None:
    """Keep at which hour (of the province's clock) the officer wants a digest and of what; none of nothing.

    Raises Invalid for an hour there is not, NotAllowed.
    """
    if hour not in DIGEST_HOURS:
        raise Invalid(_("Hãy chọn một giờ có trên trang."))
    if by.id is None:
        raise NotAllowed(_("Chỉ cán bộ nhận được tóm tắt."))
    words = [cut.value for cut in Cut if cut in frozenset(contents)]
    on = SubjectRef(kind="account", id=by.id)
    with transactions.act("supervision.choose_digest", by=by, at=at, on=on) as work:
        if words:
            passed = local(at).hour >= hour
            last = today(at) if passed else today(at) - timedelta(days=1)
            Digest.objects.update_or_create(
                officer=by.id, defaults={"hour": hour, "contents": words, "last_on": last}
            )
        else:
            Digest.objects.filter(officer=by.id).delete()
        work.record(hour=hour, contents=words)


def due(*, at: datetime, limit: int = 5000) -> list[UUID]:
    """Whose digest of today has not been looked at though its hour has come. One query."""
    rows = Digest.objects.filter(last_on__lt=today(at), hour__lte=local(at).hour)
    return list(rows.order_by("hour", "officer").values_list("officer", flat=True)[:limit])


def send(*, officer: UUID, at: datetime) -> bool:
    """Send an officer the digest of today, once; whether there was anything to say.

    Nothing is sent on a day off of the officer's agency, nor to an account that is closed.
    """
    with transaction.atomic():
        row = Digest.objects.select_for_update().filter(officer=officer, last_on__lt=today(at)).first()
        if row is None:
            return False
        row.last_on = today(at)
        row.save(update_fields=["last_on"])
        view = identity.officers([officer], at).get(officer)
        if view is None or not view.active or not _works(view, at=at):
            return False
        actor = ActorRef(kind=ActorKind.OFFICER, id=officer, name=view.full_name)
        lines = [each for each in told(actor, row.contents, at=at) if each.number]
        if lines:
            notices.digest(view, [(each.cut.label, each.number) for each in lines], at=at)
        return bool(lines)


def _works(view: identity.OfficerView, *, at: datetime) -> bool:
    """Whether today is a working day where the officer holds a post."""
    if not view.posts:
        return False
    place = directory.units([view.posts[0].unit_id])[view.posts[0].unit_id]
    calendar = directory.working_calendar(place.agency_id, today(at))
    return calendar.works_on(today(at))
