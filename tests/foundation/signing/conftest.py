"""A commune office with a leader, a seal and a certificate on paper waiting for its number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.support.ink import SEAL, SIGNATURE
from tests.support.pki import NOW, Authority, Identity, Stamps
from tinhso.foundation import paper, signing

OPEN = ("number", "day", "month", "year", "seal")
LATER = {"number": "05", "day": "24", "month": "11", "year": "2026"}


def certificate_on_paper(**changes: Any) -> bytes:
    """A confirmation of marital status, as an office prints it."""
    data = {
        "superior": "Ủy ban nhân dân tỉnh An Giang",
        "agency": "Ủy ban nhân dân phường Rạch Giá",
        "notation": "GXN-UBND",
        "place": "Rạch Giá",
        "kind": "Giấy xác nhận tình trạng hôn nhân",
        "body": ["Ủy ban nhân dân phường xác nhận các nội dung sau là đúng với sổ đang lưu giữ."],
        "facts": [["Họ, chữ đệm, tên", "Nguyễn Thị Ánh Nguyệt"], ["Ngày sinh", "02/9/1996"]],
        "signer": {"authority": ["TM. Ủy ban nhân dân"], "title": "Chủ tịch", "name": "Trần Văn Dũng"},
        "recipients": ["Như trên;", "Lưu: VT."],
    }
    return paper.render(template="decision", data={**data, **changes}, marked=True)


def draft_of(pdf: bytes) -> signing.Draft:
    """The fields that the whole life of the document needs."""
    return signing.prepare(
        pdf,
        fields=[
            signing.SignatureFieldSpec("signature", leaves_open=OPEN),
            signing.SignatureFieldSpec("seal"),
        ],
        texts=[signing.TextFieldSpec(name) for name in ("number", "day", "month", "year")],
    )


@dataclass
class Office:
    """Everyone needed to sign one document."""

    kind: str = "ec"
    authority: Authority = field(init=False)
    leader: Identity = field(init=False)
    stamps: Stamps = field(init=False)
    trust: signing.Trust = field(init=False)

    def __post_init__(self) -> None:
        self.authority = Authority(self.kind)
        self.leader = self.authority.person("Trần Văn Dũng")
        self.agency = self.authority.person("UBND phường Rạch Giá")
        self.stamps = Stamps(self.authority, self.authority.stamper())
        self.trust = signing.Trust(self.authority.roots, revocations=self.authority)
        self.seals = signing.KeptKeySeals({"rach-gia": self.authority.kept(self.agency)})

    def begin(self, document: signing.Draft | bytes, **options: Any) -> signing.Begun:
        options.setdefault("chain", self.authority.chain(self.leader))
        return signing.begin(
            document,
            **{
                "field": "signature",
                "trust": self.trust,
                "at": NOW,
                "appearance": signing.Appearance(image=SIGNATURE),
                **options,
            },
        )

    def complete(self, begun: signing.Begun, **options: Any) -> signing.Signed:
        signature = options.pop("signature", None) or self.authority.kept(self.leader).sign(
            begun.to_be_signed
        )
        return signing.complete(
            begun.state,
            **{"signature": signature, "trust": self.trust, "at": NOW, "stamps": self.stamps, **options},
        )

    def led(self, document: signing.Draft | bytes) -> bytes:
        """Signed by the leader."""
        return self.complete(self.begin(document)).pdf

    def sealed(self, document: bytes, **options: Any) -> bytes:
        """Numbered, dated and sealed by the clerk."""
        return signing.seal(
            document,
            **{
                "field": "seal",
                "agency": "rach-gia",
                "signer": self.seals,
                "trust": self.trust,
                "stamps": self.stamps,
                "at": NOW,
                "appearance": signing.Appearance(image=SEAL),
                "fill": LATER,
                **options,
            },
        ).pdf

    def verify(self, pdf: bytes, **options: Any) -> signing.Report:
        return signing.verify(pdf, **{"roots": self.authority.roots, "at": NOW, **options})


@pytest.fixture(scope="session", params=["ec", "rsa"])
def office(request: pytest.FixtureRequest) -> Office:
    return Office(request.param)


@pytest.fixture(scope="session")
def paper_draft() -> signing.Draft:
    return draft_of(certificate_on_paper())


@pytest.fixture
def fresh_office() -> Office:
    """An office whose certificates a test may revoke."""
    return Office("ec")


@pytest.fixture(scope="session")
def finished() -> tuple[Office, bytes]:
    """A document signed and sealed, with those who can check it."""
    made = Office("ec")
    return made, made.sealed(made.led(draft_of(certificate_on_paper())))
