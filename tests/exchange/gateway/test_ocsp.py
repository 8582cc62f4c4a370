"""Each certificate of a chain is judged by what it is for, and asked about where its giver says."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from cryptography.x509 import ocsp

from tests.exchange.evidence import trusted
from tests.exchange.evidence.trusted import Identity, World
from tinhso.exchange.evidence.trust import Trust, Use
from tinhso.exchange.gateway.ocsp import Doubtful, Revocations

ROOT = trusted.authority("Nơi cấp gốc")
ISSUING = trusted.authority("Nơi cấp chứng thư", ROOT)
WORLD = World(authority=ISSUING)
SIGNER = WORLD.signer
RESPONDER = "http://ocsp/"


class Chained:
    """Two authorities, one above the other, that answer about what each gave."""

    def __init__(self, named: Sequence[Identity] = (ISSUING, ROOT)) -> None:
        self.asked: list[int] = []
        self.revoked: set[int] = set()
        self.revocations = Revocations(self._answer, seconds=1)
        trust = Trust.of([one.der for one in named])
        self.revocations.trust([(one.der, RESPONDER) for one in named], trust)

    async def _answer(self, url: str, question: bytes) -> bytes:
        serial = ocsp.load_der_ocsp_request(question).serial_number
        self.asked.append(serial)
        subject = SIGNER if serial == SIGNER.certificate.serial_number else ISSUING
        at = datetime.now(UTC)
        return WORLD.answer(
            subject,
            issuer=ISSUING if subject is SIGNER else ROOT,
            at=at,
            revoked_at=at if serial in self.revoked else None,
        )

    def require(self, identity: Identity, use: Use) -> None:
        asyncio.run(self.revocations.require(identity.der, at=datetime.now(UTC), use=use))


def test_a_chain_stands_when_each_is_good_for_its_own_use() -> None:
    chained = Chained()
    chained.require(SIGNER, Use.SIGNING)
    chained.require(ISSUING, Use.AUTHORITY)
    assert chained.asked == [one.certificate.serial_number for one in (SIGNER, ISSUING)]
    assert all(chained.revocations.answer(one.der) for one in (SIGNER, ISSUING))


@pytest.mark.parametrize(
    ("identity", "use"),
    [(ISSUING, Use.SIGNING), (ISSUING, Use.TLS), (SIGNER, Use.AUTHORITY), (SIGNER, Use.TLS)],
)
def test_a_certificate_shown_for_something_else_is_refused(identity: Identity, use: Use) -> None:
    with pytest.raises(Doubtful, match=f"not for {use.value}"):
        Chained().require(identity, use)


def test_a_revoked_authority_in_the_middle_is_refused() -> None:
    chained = Chained()
    chained.revoked.add(ISSUING.certificate.serial_number)
    with pytest.raises(Doubtful, match="revoked"):
        chained.require(ISSUING, Use.AUTHORITY)


@pytest.mark.parametrize(("identity", "named"), [(ROOT, [ISSUING, ROOT]), (ISSUING, [ISSUING])])
def test_an_authority_that_the_configuration_names_topmost_is_asked_of_nobody(
    identity: Identity, named: list[Identity]
) -> None:
    chained = Chained(named)
    chained.require(identity, Use.AUTHORITY)
    assert chained.asked == []
    with pytest.raises(Doubtful):
        chained.require(identity, Use.SIGNING)


def test_an_authority_that_nothing_names_is_refused() -> None:
    with pytest.raises(Doubtful, match="of no authority"):
        Chained([ROOT]).require(trusted.authority("Nơi cấp lạ"), Use.AUTHORITY)


def test_ours_are_told_by_their_marks_whatever_they_are_for() -> None:
    chained = Chained()
    chained.revocations.own(
        [(SIGNER.der, Use.SIGNING), (ISSUING.der, Use.AUTHORITY), (ROOT.der, Use.AUTHORITY)]
    )
    marks = [hashlib.sha1(one.der, usedforsecurity=False).hexdigest() for one in (SIGNER, ISSUING)]
    found = [asyncio.run(chained.revocations.answer_of_sha1(mark, at=datetime.now(UTC))) for mark in marks]
    assert all(found)
