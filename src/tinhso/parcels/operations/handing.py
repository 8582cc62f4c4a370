"""The list by which parcels leave with the postman (bảng kê): made, signed on paper, handed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import api as dossiers
from tinhso.foundation import numbering, text, transactions
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.parcels import subjects
from tinhso.parcels.contracts import State
from tinhso.parcels.models import Manifest, Parcel
from tinhso.parcels.reference import MANIFEST


def make(*, keys: Iterable[str], by: ActorRef, at: datetime) -> UUID:
    """Put parcels that wait for the postman on one list; its id.

    Raises Invalid unless all wait, lie in one unit, and stand on no list yet.
    """
    wanted = list(dict.fromkeys(keys))
    known = list(Parcel.objects.filter(key__in=wanted))
    units = {parcel.unit_id for parcel in known}
    if not wanted or len(known) != len(wanted) or len(units) != 1:
        raise Invalid(_("Hãy chọn những bưu gửi đang chờ giao bưu tá."))
    manifest = Manifest(id=new_id(), unit_id=units.pop(), made_at=at, made_by=by.name)
    with transactions.act("parcels.hand", by=by, at=at, on=subjects.of_manifest(manifest)) as work:
        rows = Parcel.objects.select_for_update().filter(key__in=wanted).order_by("id")
        if any(row.state != State.ORDERED or row.manifest_id or row.cancelling for row in rows):
            raise Invalid(_("Có bưu gửi vừa đổi trạng thái. Hãy mở lại trang rồi chọn lại."))
        manifest.number = numbering.next(MANIFEST, str(manifest.unit_id), at).text
        manifest.save(force_insert=True)
        Parcel.objects.filter(id__in=[row.id for row in rows]).update(manifest=manifest)
        work.record(number=manifest.number, parcels=len(rows))
    return manifest.id


def hand(*, manifest_id: UUID, postman: str, by: ActorRef, at: datetime) -> None:
    """The postman has signed and taken the parcels. A second press changes nothing.

    Raises NotFound, Invalid without a name.
    """
    found = Manifest.objects.filter(id=manifest_id).first()
    if found is None:
        raise NotFound(_("Không có bảng kê này."))
    name = text.normal(postman)
    if not name:
        sentence = _("Hãy ghi họ tên bưu tá đã ký nhận.")
        raise Invalid(sentence, faults={"buu-ta": sentence})
    with transactions.act("parcels.hand", by=by, at=at, on=subjects.of_manifest(found)) as work:
        manifest = Manifest.objects.select_for_update().get(id=manifest_id)
        if manifest.handed_at is not None:
            return
        manifest.postman, manifest.handed_at = name, at
        manifest.save()
        waiting = manifest.parcels.select_for_update().filter(state=State.ORDERED.value, cancelling=False)
        for parcel in waiting.order_by("id"):
            parcel.state, parcel.heard_at = State.ON_WAY.value, at
            parcel.save(update_fields=["state", "heard_at"])
            dossiers.tell_of_parcel(
                dossier_id=parcel.dossier_id,
                words=_("Đã giao cho bưu tá, mã bưu gửi %(number)s.") % {"number": parcel.number},
                notify=True,
                by=by,
                at=at,
            )
        work.record(number=manifest.number)
