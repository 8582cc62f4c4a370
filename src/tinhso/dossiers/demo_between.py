"""Demo dossiers between agencies: taken in elsewhere, going through three agencies, waiting for opinions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import demo_people
from tinhso.dossiers.contracts import Applicant, PaperForm, PaperGiven, Via
from tinhso.dossiers.models import Closure, Dossier, Opinion, SubmittedPaper
from tinhso.dossiers.operations import bundles, closures, intake, opinions, routing, transfers
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

HERE, THERE, SO, OTHER = "ubnd-30742", "ubnd-30952", "so-xay-dung", "so-nong-nghiep-moi-truong"
THREE, ONE = "AG.001020", "1.002693"
DAY = timedelta(days=1)


def load(*, at: datetime) -> None:
    """One dossier for each turn between agencies. Safe to repeat: each has a name of its own."""
    for name, bring in BRINGING.items():
        if not Dossier.objects.filter(applicant_name=name).exists():
            bring(name, at)
    _flood(at)


def _flood(at: datetime) -> None:
    """The other commune's office is closed for days of high water, a week from now."""
    there = directory.agency(THERE, today(at)).id
    if not Closure.objects.filter(agency_id=there).exists():
        first = today(at) + 7 * DAY
        closures.close(
            agency_id=there,
            first=first,
            last=first + 2 * DAY,
            reason="Triều cường, đường vào trung tâm ngập sâu",
            by=SYSTEM,
            at=at,
        )


def _filed(name: str, code: str, *, at: datetime, elsewhere: bool = False) -> UUID:
    version = procedures.published(code=code, at=at)
    there = directory.agency(THERE, today(at)).id
    given = Submission(
        version_id=version.id,
        agency_id=directory.agency(HERE, today(at)).id,
        applicant=Applicant(name=name, phone="0912000777", address="phường Rạch Giá, tỉnh An Giang"),
        answers={},
        papers=demo_people.originals(version),
        via=Via.COUNTER,
        key=f"demo-lien-thong-{name}",
        intake=there if elsewhere else None,
        collect=there if elsewhere else None,
    )
    id = submit(given, by=SYSTEM, at=at).id
    intake.accept(dossier_id=id, by=SYSTEM, at=at + timedelta(hours=1))
    return id


def _awaiting(name: str, at: datetime) -> None:
    _filed(name, ONE, at=at - timedelta(hours=3), elsewhere=True)


def _received(name: str, at: datetime) -> None:
    id = _filed(name, ONE, at=at - 2 * DAY, elsewhere=True)
    transfers.receive(dossier_id=id, by=_officer("rachgia.kinhte", at), at=at - DAY)


def _at_commune(name: str, at: datetime) -> None:
    _filed(name, THREE, at=at - DAY)


def _late_commune(name: str, at: datetime) -> None:
    id = _filed(name, THREE, at=at - 9 * DAY)
    routing.hand_on(
        dossier_id=id,
        note="Đã xác minh: nhà cột gỗ, mái tôn, dột nát.",
        by=SYSTEM,
        at=at - timedelta(hours=2),
    )


def _at_department(name: str, at: datetime) -> None:
    id = _filed(name, THREE, at=at - 6 * DAY)
    routing.hand_on(dossier_id=id, note="Đã xác minh, đủ điều kiện.", by=SYSTEM, at=at - 4 * DAY)
    transfers.receive(dossier_id=id, by=_officer("xaydung.chuyenvien", at), at=at - 3 * DAY)


def _asking(name: str, at: datetime) -> None:
    id = _filed(name, ONE, at=at - 5 * DAY)
    _ask(id, "Tuyến đường này có quy hoạch mở rộng không?", at=at - 4 * DAY)


def _answered(name: str, at: datetime) -> None:
    id = _filed(name, ONE, at=at - 14 * DAY)
    _ask(id, "Cây có thuộc danh mục cây cổ thụ phải bảo tồn không?", at=at - 12 * DAY)
    asked = Opinion.objects.get(request__dossier_id=id, agency_id=directory.agency(SO, today(at)).id)
    opinions.give(
        opinion_id=asked.id,
        text="Thống nhất việc đốn hạ, cây không thuộc danh mục bảo tồn.",
        by=_officer("xaydung.chuyenvien", at),
        at=at - 10 * DAY,
    )


def _ask(dossier_id: UUID, question: str, *, at: datetime) -> None:
    opinions.ask(
        dossier_id=dossier_id,
        question=question,
        agencies=[directory.agency(code, today(at)).id for code in (SO, OTHER)],
        papers=list(SubmittedPaper.objects.filter(dossier_id=dossier_id).values_list("id", flat=True)),
        by=SYSTEM,
        at=at,
    )


def _officer(login: str, at: datetime) -> ActorRef:
    found = identity.by_login(login, at)
    if found is None:
        raise ValueError(f"the demo has no officer {login}")
    return ActorRef(kind=ActorKind.OFFICER, id=found.id, name=found.full_name)


BORN = 27 * DAY
"""How old the child is. Its day is counted back from the demo's own, so that no clock finds it unborn."""
BIRTH: dict[str, Any] = {
    "con": {
        "ho_ten": "Trần Gia Bảo",
        "gioi_tinh": "nam",
        "sinh_tai": "tai_nha",
        "noi_sinh": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
        "dan_toc": "Kinh",
        "quoc_tich": "VN",
        "que_quan": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
    },
    "me": {
        "khai": True,
        "ho_ten": "Trần Thị Ngọc Hân",
        "ngay_sinh": "1998-07-21",
        "cu_tru": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
    },
    "ket_hon": {"da_dang_ky": False},
    "cha": {"khai": False},
    "nguoi_khai": {
        "quan_he": "me",
        "ho_ten": "Trần Thị Ngọc Hân",
        "so_dinh_danh": "089198007231",
        "dien_thoai": "0935000221",
    },
    "ban_sao": {"can": False},
    "thuong_tru": {
        "dia_chi": {"xa": "Phường Rạch Giá", "ma_xa": "30742"},
        "quan_he": "con",
        "chu_ho": "Trần Thị Ngọc Hân",
    },
    "bhyt": {"noi_kham": "Trạm y tế phường Rạch Giá"},
    "cam_doan": True,
}


def _bundle(name: str, at: datetime) -> None:
    """A child's birth, residence and insurance, filed once at another centre by the mother."""
    version = procedures.published(code="AG.003001", at=at)
    mother = identity.find_person("089198007231")
    if mother is None or version.form_version_id is None:
        return
    there = directory.agency(THERE, today(at)).id
    given = Submission(
        version_id=version.id,
        agency_id=directory.agency(HERE, today(at)).id,
        applicant=Applicant(
            name=name,
            owner=OwnerRef("person", mother),
            phone="0935000221",
            address="phường Rạch Giá, tỉnh An Giang",
        ),
        answers={**BIRTH, "con": {**BIRTH["con"], "ngay_sinh": today(at - BORN).isoformat()}},
        papers=(PaperGiven(code="giay-chung-sinh", form=PaperForm.ORIGINAL, originals=1),),
        via=Via.COUNTER,
        key="demo-nhom-khai-sinh",
        intake=there,
        collect=there,
    )
    filed = bundles.file(given, by=SYSTEM, at=at - timedelta(hours=5))
    intake.accept(dossier_id=filed.id, by=SYSTEM, at=at - timedelta(hours=4))


BRINGING: dict[str, Callable[[str, datetime], Any]] = {
    "Trương Thị Bé Ba": _awaiting,
    "Quách Văn Lẹ": _received,
    "Danh Thị Hồng Nhung": _at_commune,
    "Lâm Văn Đời": _late_commune,
    "Thạch Thị Sa Rươn": _at_department,
    "Hà Minh Trí": _asking,
    "Cao Thị Tư": _answered,
    "Trần Thị Ngọc Hân": _bundle,
}
