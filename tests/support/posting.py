"""Results that wait to be sent by post: past the signatures, which have tests of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.support.office import Office, filed, office
from tinhso.dossiers import wanted
from tinhso.dossiers.models import Result
from tinhso.dossiers.operations import delivery, intake
from tinhso.dossiers.operations.turns import advance, turn
from tinhso.foundation import files
from tinhso.parcels import placing
from tinhso.parcels.models import Parcel
from tinhso.parcels.operations import sending

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ANSWERS: dict[str, Any] = {
    "buu_dien": {
        "nguoi_nhan": "Danh Sóc Kha",
        "dien_thoai": "0912345678",
        "dia_chi": {"xa": "Xã Thử", "chi_tiet": "Ấp 1", "ghi_tay": True},
        "ban_chinh": False,
    }
}


def post_office(*, at: datetime) -> Office:
    """An office in a province that knows the form."""
    wanted.publish(at=at)
    return office()


def sealed(place: Office, *, at: datetime) -> UUID:
    """A dossier whose result lies ready at the one-stop desk."""
    dossier_id = filed(place, at=at).id
    kept = files.keep(PDF, name="ket-qua.pdf", by=place.clerk, at=at).id
    intake.accept(dossier_id=dossier_id, by=place.intake, at=at)
    with turn("draft_result", dossier_id=dossier_id, by=place.specialist, at=at) as taken:
        Result.objects.create(
            dossier_id=dossier_id, title="Quyết định", state="drafted", draft_file=kept,
            frozen=b"0" * 32, drafted_at=at, drafted_by="Bình",
        )  # fmt: skip
        advance(taken, facts={})
    rows = Result.objects.filter(dossier_id=dossier_id)
    with turn("sign", dossier_id=dossier_id, by=place.leader, at=at) as taken:
        rows.update(state="signed", signed_file=kept, signed_at=at, signed_by="An")
        advance(taken, facts={"ket_luan": "ky"})
    with turn("seal", dossier_id=dossier_id, by=place.clerk, at=at) as taken:
        rows.update(state="sealed", sealed_file=kept, sealed_at=at, number="01")
        advance(taken, facts={})
    return dossier_id


def to_send(place: Office, *, at: datetime) -> UUID:
    """The same, wanted by post."""
    dossier_id = sealed(place, at=at)
    delivery.deliver_to(dossier_id=dossier_id, answers=ANSWERS, by=place.citizen, at=at)
    return dossier_id


def prepared(place: Office, *, at: datetime) -> Parcel:
    """A parcel whose pick-up waits to be ordered."""
    (made,) = sending.prepare(dossier_ids=[to_send(place, at=at)], by=place.intake, at=at)
    return Parcel.objects.get(id=made)


def ordered(place: Office, *, at: datetime) -> Parcel:
    """A parcel with a number, by whatever carrier is bound."""
    parcel = prepared(place, at=at)
    placing.place(parcel.id, at=at)
    parcel.refresh_from_db()
    return parcel
