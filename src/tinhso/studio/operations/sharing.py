"""Procedures out of the studio and into it: sheaves of files, signed packages, packages of others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import signing, transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.signing import errors
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import DraftView, PartName
from tinhso.studio.files import package
from tinhso.studio.files.folder import Sheaf, write
from tinhso.studio.models import Arrival
from tinhso.studio.operations import checking
from tinhso.studio.operations.drafts import begin, save, wrote
from tinhso.studio.parts.versions import bodies_of
from tinhso.studio.queries import drafts as reading


class UnknownArrival(NotFound):
    """No such package was brought."""

    code = "unknown-package"


class ForeignSigner(Conflict):
    """Another agency than this province signed the package, and nobody accepted that yet."""

    code = "package-foreign-signer"


@dataclass(frozen=True, slots=True)
class Packed:
    """A signed package and the name of its file."""

    name: str
    content: bytes


def of_draft(draft: DraftView) -> Sheaf:
    """A draft as a sheaf."""
    bodies = {name: part.body for name, part in draft.parts.items()}
    return Sheaf(code=draft.code, title=draft.title, bodies=bodies)


def of_version(version: procedures.VersionView) -> Sheaf:
    """A version as a sheaf: of the parts it was made from here, or of what can be told from it."""
    title = version.short_name or version.name
    return Sheaf(code=version.code, title=title, bodies=bodies_of(version))


def sealed(sheaf: Sheaf, *, number: int, by: ActorRef, at: datetime) -> Packed:
    """The signed package of a sheaf; `number` is the version's, 0 for a draft. Raises what signing raises."""
    origin = origin_of_province(at)
    files = write(sheaf)
    manifest = package.manifest_of(sheaf, files, origin=origin, number=number, at=at)
    signature = signing.sign_beside(manifest, agency=origin.identifier)
    content = package.pack(files, manifest=manifest, signature=signature)
    with transactions.act("studio.export", by=by, at=at, on=_subject(new_id())) as work:
        work.record(code=sheaf.code, number=number, sha256=hashlib.sha256(content).hexdigest())
    stem = f"{sheaf.code}-v{number}" if number else f"{sheaf.code}-dang-soan"
    return Packed(f"{stem}{package.SUFFIX}", content)


def origin_of_province(at: datetime) -> package.Origin:
    """The people's committee of the province and the identifier it signs by. Raises Invalid without one."""
    day = today(at)
    for agency in directory.agencies(day, level=directory.AgencyLevel.PROVINCE):
        if agency.kind is directory.AgencyKind.PEOPLES_COMMITTEE:
            found = directory.identifier_of(agency.id, directory.IdentifierScheme.QD_20_2020, day)
            if found is not None:
                return package.Origin(name=agency.name, identifier=found.value)
    raise Invalid(_("UBND tỉnh chưa có mã định danh nên chưa ký gói được. Hãy báo người quản trị."))


def take_in(content: bytes, *, by: ActorRef, at: datetime) -> UUID:
    """Check a package, keep what it says, and return its id; no draft is made yet.

    Raises BadPackage, BadArchive, BadFiles with why it is refused; RevocationUnknown when its signer's issuer
    does not answer.
    """
    opened = package.open_(content)
    signer = _signatory(opened, at=at)
    manifest, sheaf = package.believe(opened)
    checking.judged(sheaf, at=at)
    arrival_id = new_id()
    with transactions.act("studio.take_in", by=by, at=at, on=_subject(arrival_id)) as work:
        digest = hashlib.sha256(content).hexdigest()
        Arrival.objects.create(
            id=arrival_id,
            sha256=digest,
            code=sheaf.code,
            title=sheaf.title,
            number=manifest.number,
            origin_name=manifest.origin.name,
            origin_identifier=manifest.origin.identifier,
            made_at=manifest.made_at,
            signer=signer.name,
            signer_organisation=signer.organisation,
            foreign=not signer.own,
            bodies={name.value: body for name, body in checking.whole(sheaf).items()},
            brought_by=by.name,
            brought_by_id=by.id,
            brought_at=at,
        )
        work.record(code=sheaf.code, sha256=digest, signer=signer.name, foreign=not signer.own)
    return arrival_id


def _signatory(opened: package.Opened, *, at: datetime) -> signing.Signatory:
    own = origin_of_province(at).identifier
    try:
        return signing.verify_beside(opened.manifest, opened.signature, own=own, at=at)
    except errors.RevocationUnknown:
        raise
    except errors.SignatureRefused:
        raise package.BadPackage(
            _("Chữ ký không phải của gói này: bảng kê đã bị sửa sau khi ký. Không nhập gói này.")
        ) from None
    except errors.CertificateUntrusted:
        raise package.BadPackage(
            _("Người ký gói không được tổ chức mà tỉnh tin cậy chứng thực. Không nhập gói này.")
        ) from None
    except errors.CertificateProblem as error:
        raise package.BadPackage(
            _("Chứng thư ký gói không dùng được: %(why)s") % {"why": error.message}
        ) from None


def arrival(arrival_id: UUID) -> Arrival:
    """A package that was brought. Raises UnknownArrival."""
    found = Arrival.objects.filter(id=arrival_id).first()
    if found is None:
        raise UnknownArrival(_("Không có gói này. Hãy nhập lại gói."))
    return found


def sheaf_of(row: Arrival) -> Sheaf:
    """What a package brought."""
    return Sheaf(row.code, row.title, {PartName(name): body for name, body in row.bodies.items()})


def accept(*, arrival_id: UUID, foreign: bool, by: ActorRef, at: datetime) -> UUID:
    """Make or change the draft of a package's procedure; `foreign` accepts a foreign signer on purpose.

    Raises ForeignSigner, UnknownArrival, and as `lay`.
    """
    with transactions.act("studio.accept", by=by, at=at, on=_subject(arrival_id)) as work:
        row = arrival(arrival_id)
        if row.foreign and not foreign:
            raise ForeignSigner(
                _("Gói do nơi khác ký. Hãy xem người ký rồi đánh dấu đồng ý trước khi soạn từ gói này.")
            )
        row.draft_id = lay(sheaf_of(row), by=by, at=at)
        if row.brought_by_id:
            wrote(row.draft_id, row.brought_by_id)
        row.accepted_by = by.name
        row.save(update_fields=["draft", "accepted_by"])
        work.record(code=row.code, draft=str(row.draft_id), foreign=row.foreign)
    return row.draft_id


def lay(sheaf: Sheaf, *, by: ActorRef, at: datetime) -> UUID:
    """Make a draft of a sheaf, or put its parts into the open one, where each is a change like any other.

    Never publishes. Raises BadFiles, Clash.
    """
    checking.judged(sheaf, at=at)
    bodies = checking.whole(sheaf)
    open_ = reading.open_draft(sheaf.code)
    if open_ is None:
        base = procedures.by_codes([sheaf.code], at=at)
        version = procedures.version(base[0].version_id) if base else None
        return begin(code=sheaf.code, title=sheaf.title, by=by, at=at, base=version, bodies=bodies)
    seen = reading.draft(open_).parts
    for name, body in bodies.items():
        save(draft_id=open_, part=name, body=body, seen=seen[name].revision, by=by, at=at)
    return open_


def _subject(id_: UUID) -> SubjectRef:
    return SubjectRef(kind="studio-package", id=id_)
