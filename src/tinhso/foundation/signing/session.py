"""The two phases of a signature: the digest goes out, the signature comes in.

Between them lie seconds or hours: a person reads, confirms on a phone, plugs in a token. The document stands
still meanwhile, inside the state; the signature is accepted only if it is of exactly that document.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject

from tinhso.foundation.signing import appearance as appearances
from tinhso.foundation.signing import cms, proof
from tinhso.foundation.signing.contracts import Appearance, Begun, Chain, Draft, Signed
from tinhso.foundation.signing.errors import (
    DraftChanged,
    FieldTaken,
    FieldUnknown,
    StampUnavailable,
    StateBroken,
    UnreadableDocument,
)
from tinhso.foundation.signing.filling import fields_of, fill_into
from tinhso.foundation.signing.ports import SealSigner, StampAuthority
from tinhso.foundation.signing.trust import Trust

ROOM_FOR_STAMP = 8 * 1024
ROOM_FOR_REST = 2 * 1024
STATE_VERSION = 1
CLOCKS_APART = timedelta(minutes=5)


class _State(msgspec.Struct, frozen=True):
    version: int
    pdf: bytes
    start: int
    end: int
    attributes: bytes
    chain: tuple[bytes, ...]
    field: str


def begin(
    document: Draft | bytes,
    *,
    field: str,
    chain: Chain,
    trust: Trust,
    at: datetime,
    appearance: Appearance | None = None,
    fill: Mapping[str, str] | None = None,
    reason: str = "",
    read_sha256: str | None = None,
) -> Begun:
    """Phase one: put everything but the signature into the document, and say what must be signed.

    `document` is a draft, or what an earlier signature gave. `fill` writes text fields (number, date) in the
    same step. `read_sha256` is the hash the signer was shown; the document must still have it.
    Raises DraftChanged, FieldUnknown, FieldTaken, FieldLocked, UnreadableDocument, CertificateProblem.
    """
    pdf = document.pdf if isinstance(document, Draft) else document
    if read_sha256 is not None and hashlib.sha256(pdf).hexdigest() != read_sha256:
        raise DraftChanged(_("Văn bản đã thay đổi sau khi anh/chị đọc. Hãy mở lại, đọc và ký bản mới."))
    evidence = trust.evidence(chain, at=at)
    try:
        return _begin(pdf, field, chain, evidence, at, appearance, fill or {}, reason)
    except (PdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableDocument(
            _("Tệp PDF này hỏng hoặc có cấu trúc lạ nên không ký được. Hãy tạo lại văn bản."),
            reason=str(error),
        ) from error


def _begin(
    pdf: bytes,
    field: str,
    chain: Chain,
    evidence: proof.Evidence,
    at: datetime,
    appearance: Appearance | None,
    fill: Mapping[str, str],
    reason: str,
) -> Begun:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields = fields_of(writer)
    widget = _free_field(fields, field)
    first = not any("/V" in one for one in fields.values() if one.get("/FT") == "/Sig")
    fill_into(writer, fill)
    proof.supply(writer, evidence)
    _show(writer, widget, appearance)
    room = 2 * (sum(len(one) for one in chain.der) + ROOM_FOR_STAMP + ROOM_FOR_REST)
    embedding = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    next(embedding)
    embedding.send(
        SigObjSetup(
            sig_placeholder=SignatureObject(
                timestamp=at, subfilter=SigSeedSubFilter.PADES, reason=reason or None, bytes_reserved=room
            ),
            mdp_setup=SigMDPSetup(
                md_algorithm="sha256",
                certify=first,
                docmdp_perms=MDPPerm.FILL_FORMS if first else None,
                field_lock=FieldMDPSpec.from_pdf_object(widget["/Lock"]) if "/Lock" in widget else None,
            ),
        )
    )
    prepared, out = embedding.send(SigIOSetup(md_algorithm="sha256"))
    attributes = cms.signed_attributes(
        document_digest=prepared.document_digest, certificate=chain.certificate
    )
    state = _State(
        version=STATE_VERSION,
        pdf=out.getvalue(),
        start=prepared.reserved_region_start,
        end=prepared.reserved_region_end,
        attributes=attributes,
        chain=chain.der,
        field=field,
    )
    return Begun(
        to_be_signed=attributes,
        digest=hashlib.sha256(attributes).digest(),
        algorithm=cms.ALGORITHMS[cms.key_kind(chain.certificate)],
        state=msgspec.msgpack.encode(state),
    )


def complete(
    state: bytes,
    *,
    signature: bytes,
    trust: Trust,
    at: datetime,
    stamps: StampAuthority | None,
) -> Signed:
    """Phase two: check the signature, have it stamped, embed it with the proof still missing.

    Without `stamps` the result is PAdES B-B with proof embedded; a result that must last needs them.
    Raises StateBroken, SignatureRefused, StampUnavailable, CertificateProblem.
    """
    kept = _read(state)
    chain = Chain.from_der(*kept.chain)
    cms.check_signature(certificate=chain.certificate, data=kept.attributes, signature=signature)
    evidence = [trust.evidence(chain, at=at)]
    token, stamped_at = None, None
    if stamps is not None:
        digest = hashlib.sha256(signature).digest()
        token = stamps.stamp(digest)
        stamped_at, stamper = cms.read_stamp(token, digest=digest)
        _check_clock(stamped_at, at)
        evidence.append(trust.evidence(stamper, at=at, for_stamps=True))
    made = cms.container(chain=chain, attributes=kept.attributes, signature=signature, stamp=token)
    if 2 * len(made) > kept.end - kept.start - 2:
        raise StateBroken(_("Chữ ký lớn hơn chỗ đã dành trong văn bản. Hãy bắt đầu ký lại."))
    out = io.BytesIO(kept.pdf)
    prepared = PreparedByteRangeDigest(
        document_digest=b"", reserved_region_start=kept.start, reserved_region_end=kept.end
    )
    prepared.fill_with_cms(out, made)
    proof.append(out, evidence)
    pdf = out.getvalue()
    return Signed(pdf, hashlib.sha256(pdf).hexdigest(), kept.field, stamped_at)


def seal(
    document: Draft | bytes,
    *,
    field: str,
    agency: str,
    signer: SealSigner,
    trust: Trust,
    stamps: StampAuthority | None,
    at: datetime,
    appearance: Appearance | None = None,
    fill: Mapping[str, str] | None = None,
    reason: str = "",
) -> Signed:
    """Both phases at once, with a key on the server: an agency's seal, a receipt."""
    begun = begin(
        document,
        field=field,
        chain=signer.chain(agency=agency),
        trust=trust,
        at=at,
        appearance=appearance,
        fill=fill,
        reason=reason,
    )
    signature = signer.sign(agency=agency, data=begun.to_be_signed)
    return complete(begun.state, signature=signature, trust=trust, at=at, stamps=stamps)


def fill(document: bytes, values: Mapping[str, str]) -> bytes:
    """Fill text fields without signing. Raises FieldUnknown, FieldTaken, FieldLocked, UnreadableDocument."""
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(document))
        fill_into(writer, values)
        out = io.BytesIO()
        writer.write(out)
    except (PdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableDocument(
            _("Tệp PDF này hỏng nên không điền được. Hãy tạo lại văn bản."), reason=str(error)
        ) from error
    return out.getvalue()


def _check_clock(stamped_at: datetime, at: datetime) -> None:
    if abs(stamped_at - at) > CLOCKS_APART:
        raise StampUnavailable(
            _("Đồng hồ của máy chủ và của nơi cấp dấu thời gian lệch nhau. Hãy báo người quản trị."),
            stamped_at=stamped_at.isoformat(),
        )


def _free_field(fields: Mapping[str, Any], name: str) -> Any:
    widget = fields.get(name)
    if widget is None or widget.get("/FT") != "/Sig":
        raise FieldUnknown(_("Văn bản không có chỗ ký “%(name)s”.") % {"name": name})
    if "/V" in widget:
        raise FieldTaken(_("Chỗ ký “%(name)s” đã có chữ ký.") % {"name": name})
    return widget


def _show(writer: IncrementalPdfFileWriter, widget: Any, appearance: Appearance | None) -> None:
    if appearance is None:
        return
    left, bottom, right, top = (float(value) for value in widget["/Rect"])
    drawn = appearances.of(writer, appearance, width=right - left, height=top - bottom)
    if drawn is not None:
        widget[pdf_name("/AP")] = DictionaryObject({pdf_name("/N"): drawn})


def _read(state: bytes) -> _State:
    """The state, with the document in it checked against what is to be signed."""
    try:
        kept = msgspec.msgpack.decode(state, type=_State)
        outside = kept.pdf[: kept.start] + kept.pdf[kept.end :]
        same = hashlib.sha256(outside).digest() == cms.document_digest_of(kept.attributes)
        whole = kept.version == STATE_VERSION and 0 < kept.start < kept.end < len(kept.pdf) and same
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError) as error:
        raise StateBroken(_("Dữ liệu của lần ký này không đọc được. Hãy bắt đầu ký lại.")) from error
    if not whole:
        raise StateBroken(_("Văn bản đang chờ ký đã bị thay đổi. Hãy bắt đầu ký lại."))
    return kept
