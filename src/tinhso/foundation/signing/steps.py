"""The three steps by which a paper of an agency is signed by a person and sealed, each a question outward.

Rooms decide who may, keep what lies between two steps, and give the number. Call them with no transaction
open. The fields of such a paper bear the names below.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.moments import local
from tinhso.foundation.signing import specimens
from tinhso.foundation.signing.contracts import Appearance, SignatureFieldSpec, Signed
from tinhso.foundation.signing.fields import prepare
from tinhso.foundation.signing.ports import Asked, personal_signer, seal_signer, stamp_authority, trusted
from tinhso.foundation.signing.session import begin, complete, seal

SIGNER, SEAL = "signature", "seal"
NUMBER, DATE = "number", ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class Pending:
    """A signature asked for: what `take_in` needs, and where the person confirms, empty for their device."""

    state: bytes
    reference: str
    confirm_at: str


def ask(draft: bytes, *, frozen: bytes, title: str, person: str, name: str, at: datetime) -> Pending:
    """Ask a person's device to sign exactly the draft whose hash they were shown.

    Raises DraftChanged and what `begin` and the signer raise.
    """
    signer = personal_signer()
    begun = begin(
        draft,
        field=SIGNER,
        chain=signer.chain(person=person),
        trust=trusted(),
        at=at,
        appearance=Appearance(image=specimens.signature(name)),
        read_sha256=frozen.hex(),
    )
    asked = signer.ask(person=person, digest=begun.digest, document=title)
    return Pending(begun.state, asked.reference, asked.confirm_at)


def take_in(pending: Pending, *, at: datetime) -> Signed | None:
    """The signed paper, stamped; None while the person has not confirmed.

    Raises SignatureRefused, StampUnavailable, and what `complete` raises.
    """
    signature = personal_signer().collect(
        asked=Asked(reference=pending.reference, confirm_at=pending.confirm_at)
    )
    if signature is None:
        return None
    return complete(pending.state, signature=signature, trust=trusted(), at=at, stamps=stamp_authority())


def put_seal(
    signed: bytes,
    *,
    scope: str,
    agency: str,
    number: str,
    at: datetime,
    more: Mapping[str, str] | None = None,
) -> Signed:
    """Write number and day into a signed paper and seal it; `scope` is the agency's identifier.

    Days and the months January and February are written with two digits (NĐ 30/2020/NĐ-CP). Raises what
    `seal` raises.
    """
    day = local(at)
    written = (f"{day.day:02d}", f"{day.month:02d}" if day.month < 3 else str(day.month), str(day.year))
    fill = {NUMBER: number, **dict(zip(DATE, written, strict=True)), **(more or {})}
    return _sealed(signed, SEAL, scope=scope, agency=agency, at=at, fill=fill)


def seal_unsigned(
    content: bytes, *, field: SignatureFieldSpec, scope: str, agency: str, at: datetime
) -> Signed:
    """Seal what no person signs, a copy or a report, in a field of its own. Raises what `seal` raises."""
    draft = prepare(content, fields=[field])
    return _sealed(draft.pdf, field.name, scope=scope, agency=agency, at=at)


def _sealed(
    pdf: bytes, field: str, *, scope: str, agency: str, at: datetime, fill: Mapping[str, str] | None = None
) -> Signed:
    return seal(
        pdf,
        field=field,
        agency=scope,
        signer=seal_signer(),
        trust=trusted(),
        stamps=stamp_authority(),
        at=at,
        appearance=Appearance(image=specimens.seal(agency)),
        fill=fill,
    )
