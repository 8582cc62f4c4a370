"""A province that can sign packages, and procedures to put into them, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from tests.support.people import AT, LONG_AGO
from tests.support.pki import Authority, Identity
from tinhso.directory import api as directory
from tinhso.forms import api as forms
from tinhso.foundation import signing
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.foundation.signing import ports
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files as demo_files
from tinhso.studio import parts
from tinhso.studio.contracts import PartName
from tinhso.studio.files.folder import Sheaf
from tinhso.workflow import api as workflow

OWN = "H01"
SIGNED_AT = AT
BEGAN: date = LONG_AGO


class Province:
    """The people's committee, its seal, and the authority everybody trusts; bound for one test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.authority = Authority(begins=AT - timedelta(days=30), now=AT - timedelta(hours=1))
        self.seal = self.authority.person("UBND tỉnh Thử", "UBND tỉnh Thử")
        committee = directory.establish(
            code="ubnd-tinh-thu",
            name="Ủy ban nhân dân tỉnh Thử",
            short_name="UBND tỉnh Thử",
            level=directory.AgencyLevel.PROVINCE,
            kind=directory.AgencyKind.PEOPLES_COMMITTEE,
            calendar=CalendarRef("an-giang"),
            valid_from=BEGAN,
            legal_basis="",
            by=SYSTEM,
            at=AT,
        )
        directory.identify(
            agency_id=committee,
            scheme=directory.IdentifierScheme.QD_20_2020,
            value=OWN,
            verified=False,
            valid_from=BEGAN,
            by=SYSTEM,
            at=AT,
        )
        self._bind = monkeypatch.setattr
        self.sign_as(self.seal)
        trust = signing.Trust(self.authority.roots, revocations=self.authority)
        self._bind(ports.trusted, "_bound", trust)

    def sign_as(self, signer: Identity, authority: Authority | None = None) -> None:
        """Whose key seals from now on."""
        key = (authority or self.authority).kept(signer)
        self._bind(ports.seal_signer, "_bound", signing.KeptKeySeals({OWN: key}))


def sheaves() -> list[Sheaf]:
    """Every procedure of the demo as a sheaf, with its form and its process as drawn."""
    shipped = forms.shipped()
    found = []
    for entry in demo_files():
        said = procedures.encoded(procedures.content_of(entry["content"]))
        bodies: dict[PartName, Any] = {}
        for name, kind in parts.KINDS.items():
            empty = kind.empty()
            bodies[name] = {**empty, **{key: said[key] for key in empty if key in said}}
        if entry["form"]:
            bodies[PartName.FORM] |= {"code": entry["form"], "definition": shipped[entry["form"]]}
        bodies[PartName.PROCESS] |= {"key": entry["process"], "bpmn": workflow.drawing(entry["process"])}
        as_kept = {name: orjson.loads(orjson.dumps(body)) for name, body in bodies.items()}
        found.append(Sheaf(code=entry["code"], title=entry["content"]["name"], bodies=as_kept))
    return found
