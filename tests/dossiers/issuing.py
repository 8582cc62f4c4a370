"""A result issued with the real signatures of the played national side, for tests of what comes after it."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from uuid import UUID

import httpx
from django.conf import settings

from national.serve import Running
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake, results, signatures
from tinhso.identity import api as identity

ADMIN = {"authorization": "Bearer sandbox-secret"}


def signing_office(sandbox: Running, *, at: datetime) -> Office:
    """An office whose leader has a credential and whose agency has a seal."""
    made = office()
    assert made.leader.id is not None
    login = identity.officer(made.leader.id, at).login
    credential = {"credential": f"ky-{login}", "user": login, "profile": "officer", "common_name": "An"}
    httpx.post(f"{sandbox.base}/csc/credentials", json=credential, headers=ADMIN).raise_for_status()
    seal = {"profile": "seal", "common_name": "UBND phường Thử", "pkcs12_password": "thu"}
    issued_seal = httpx.post(f"{sandbox.base}/ca/issue", json=seal, headers=ADMIN).raise_for_status()
    folder = Path(settings.SIGNING["seals"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{made.identifier}.p12").write_bytes(base64.b64decode(issued_seal.json()["pkcs12"]))
    return made


def issue(place: Office, dossier_id: UUID, *, at: datetime) -> None:
    """Accept, draft, sign, seal and hand over."""
    intake.accept(dossier_id=dossier_id, by=place.intake, at=at)
    results.draft(dossier_id=dossier_id, written={"about": "Về việc thử"}, by=place.specialist, at=at)
    version = Dossier.objects.values_list("version", flat=True).get(id=dossier_id)
    signatures.ask(dossier_id=dossier_id, by=place.leader, at=at, seen=version)
    assert signatures.collect(dossier_id=dossier_id, by=place.leader, at=at)
    signatures.seal(dossier_id=dossier_id, by=place.clerk, at=at)
    results.hand_over(dossier_id=dossier_id, by=place.intake, at=at)


def issued(place: Office, *, at: datetime) -> UUID:
    """A dossier whose result the person has."""
    dossier_id = filed(place, at=at).id
    issue(place, dossier_id, at=at)
    return dossier_id
