"""The officer who saw the original scans it and lays out the certified copy for signature."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.certification import making
from tinhso.certification.contracts import NotCompetent, Original, State
from tinhso.certification.fees import fee
from tinhso.certification.models import CertifiedCopy
from tinhso.certification.permissions import PREPARE, SUBJECT
from tinhso.certification.queries.copies import subject_of
from tinhso.directory import api as directory
from tinhso.foundation import crypto, files, legal, paper, signing, transactions
from tinhso.foundation.acts import authority
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.foundation.text import normal
from tinhso.identity import api as identity
from tinhso.vault import api as vault

BOOK = "book"
OPEN_FIELDS = (signing.NUMBER, BOOK, *signing.DATE, signing.SEAL)
CODE_LETTERS = 12
LONGEST = 300


def prepare(
    *,
    owner: OwnerRef,
    original: Original,
    scans: Sequence[UUID],
    seen: bool,
    signer: UUID,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Lay out a certified copy from scans of an original that the officer has `seen`; its id.

    `signer` is the leader who will sign. Scans are joined in their order. Slow: call it with no transaction
    open. Raises NotCompetent, NotAllowed, Invalid with `faults`.
    """
    if by.unit is None:
        raise Invalid(_("Hãy chọn đơn vị đang làm việc rồi thử lại."))
    unit = directory.units([by.unit])[by.unit]
    authority().require(by=by, act=PREPARE, on=SubjectRef(kind=SUBJECT, id=by.unit, units=(by.unit,)), at=at)
    agency = competent(unit.agency_id, on=today(at))
    _check(original, scans=scans, seen=seen, signer=signer, agency=agency.id, at=at)
    requester = identity.names([owner.id]).get(owner.id, "")
    scan = files.join(scans, name=normal(original.title), by=by, at=at)
    code = crypto.random_code(CODE_LETTERS)
    content = files.read(scan.id)
    pages = making.pages_of(content)
    statement = _statement(original, agency, pages=pages, code=code, signer=signer, at=at)
    draft = signing.prepare(
        making.assemble(content, statement=statement, code=spelled(code), at=at),
        fields=[
            signing.SignatureFieldSpec(signing.SIGNER, leaves_open=OPEN_FIELDS),
            signing.SignatureFieldSpec(signing.SEAL),
        ],
        texts=[
            signing.TextFieldSpec(signing.NUMBER, label=_("số chứng thực")),
            signing.TextFieldSpec(BOOK, label=_("quyển số")),
            *(signing.TextFieldSpec(name) for name in signing.DATE),
        ],
    )
    kept = files.keep(draft.pdf, name=f"{code}-du-thao.pdf", by=by, at=at)
    copy = CertifiedCopy(
        id=new_id(),
        code=code,
        agency_id=agency.id,
        unit_id=by.unit,
        owner_kind=owner.kind,
        owner_id=owner.id,
        requester=requester,
        kind=original.kind,
        title=normal(original.title)[:LONGEST],
        number_of_original=normal(original.number)[:LONGEST],
        issuer=normal(original.issuer)[:LONGEST],
        issued_on=original.issued_on,
        valid_to=original.valid_to,
        pages=pages,
        fee=fee(pages, on=today(at)),
        state=State.DRAFTED.value,
        draft_file=kept.id,
        frozen=bytes.fromhex(draft.sha256),
        prepared_at=at,
        prepared_by=by.name,
        preparer=by.id,
    )
    with transactions.act(PREPARE, by=by, at=at, on=subject_of(copy)) as work:
        copy.save(force_insert=True)
        work.record(copy=str(copy.id), sha256=draft.sha256, pages=pages, original_seen=seen)
    files.loosen([scan.id], at=at)
    return copy.id


def competent(agency_id: UUID, *, on: date) -> directory.AgencyView:
    """The agency, if its tier may certify copies on that day. Raises NotCompetent."""
    agency = directory.agency(agency_id, on)
    if agency.level.value not in legal.value("certification_levels", on=on):
        raise NotCompetent(
            _("%(agency)s không có thẩm quyền chứng thực bản sao từ bản chính.") % {"agency": agency.name}
        )
    return agency


def spelled(code: str) -> str:
    """A code in groups of four, for reading out."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def signers(agency_id: UUID, *, at: datetime) -> dict[UUID, str]:
    """Who may sign for the agency now, by id, with title and name."""
    units = [unit.id for unit in directory.units_of(agency_id, today(at))]
    leaders = identity.officers(identity.holders(role=identity.Role.LEADER, unit=units, at=at), at)
    return {officer.id: f"{officer.title} {officer.full_name}".strip() for officer in leaders.values()}


def _check(
    original: Original, *, scans: Sequence[UUID], seen: bool, signer: UUID, agency: UUID, at: datetime
) -> None:
    faults: dict[str, str] = {}
    if original.kind not in {kind.code for kind in vault.kinds(on=today(at))}:
        faults["loai"] = _("Hãy chọn loại giấy tờ.")
    if not normal(original.title):
        faults["ten"] = _("Hãy ghi tên giấy tờ, đúng như trên bản chính.")
    if original.issued_on is not None and original.issued_on > today(at):
        faults["cap"] = _("Ngày cấp phải là hôm nay hoặc trước hôm nay.")
    if original.valid_to is not None and original.valid_to <= today(at):
        faults["het"] = _("Bản chính đã hết hạn nên không chứng thực được.")
    if not scans:
        faults["tep"] = _("Hãy quét hoặc chụp bản chính.")
    if not seen:
        faults["da-xem"] = _("Chỉ chứng thực khi đã xem bản chính. Hãy đánh dấu vào ô này.")
    if signer not in signers(agency, at=at):
        faults["nguoi-ky"] = _("Hãy chọn người ký chứng thực.")
    if faults:
        raise Invalid(_("Còn chỗ chưa đúng. Hãy sửa các mục được nêu."), faults=faults)


def _statement(
    original: Original,
    agency: directory.AgencyView,
    *,
    pages: int,
    code: str,
    signer: UUID,
    at: datetime,
) -> dict[str, Any]:
    """What stands in the statement: the words in force that day; its labels are the sheet's own."""
    day = today(at)
    words = legal.value("certification_statement", on=day)
    officer = identity.officer(signer, at)
    places = directory.territories([agency.territory_id]) if agency.territory_id else {}
    address = f"{settings.ORIGIN}/kiem-tra/{code}/"
    return {
        "title": words["title"],
        "body": words["body"],
        "agency": agency.name,
        "superior": directory.agency(agency.parent_id, day).name if agency.parent_id else "",
        "place": next((place.short_name for place in places.values()), ""),
        "original": {
            "title": normal(original.title),
            "number": normal(original.number),
            "issuer": normal(original.issuer),
            "issued_on": f"{original.issued_on:%d/%m/%Y}" if original.issued_on else "",
            "pages": str(pages),
            "fee": f"{fee(pages, on=day):,}".replace(",", "."),
        },
        "code": spelled(code),
        "address": f"{settings.ORIGIN}/kiem-tra/",
        "qr": paper.qr(address),
        "signer": {"title": officer.title, "name": officer.full_name},
    }
