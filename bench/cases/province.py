"""The base of both sizes: the demo province, 40 offices that file, 2,000 procedures, one machine's token.

Runs as a process of its own (`python -m bench.cases.province`) with `DATABASE_URL` naming an empty database;
prints what the rest needs as JSON.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be ready first
from django.db import transaction  # noqa: E402
from tests.support import people  # noqa: E402

from tinhso.config import demo  # noqa: E402
from tinhso.directory import api as directory  # noqa: E402
from tinhso.dossiers.models import Dossier  # noqa: E402
from tinhso.dossiers.operations import counting  # noqa: E402
from tinhso.foundation import audit, crypto, moments  # noqa: E402
from tinhso.foundation.ids import new_id  # noqa: E402
from tinhso.foundation.refs import SYSTEM  # noqa: E402
from tinhso.identity import api as identity  # noqa: E402
from tinhso.identity.models import Person  # noqa: E402
from tinhso.procedures import api as procedures  # noqa: E402
from tinhso.procedures.demo import SINCE  # noqa: E402
from tinhso.workflow import api as workflow  # noqa: E402

OFFICES = 40
PROCEDURES = 2000
PROCEDURE = "1.004873"
PAPERS = ("giay-xac-nhan-cu", "trich-luc-ghi-chu-ly-hon", "van-ban-uy-quyen")
OWNERS = 20_000
NUMBERS = 2_000
ROLES = {
    directory.UnitKind.ONE_STOP: "intake_officer",
    directory.UnitKind.SPECIALIST: "specialist",
    directory.UnitKind.LEADERSHIP: "leader",
    directory.UnitKind.RECORDS: "clerk",
}


def answers(name: str) -> dict[str, Any]:
    """A sound declaration for `PROCEDURE`."""
    return {
        "cho_ai": "minh",
        "nguoi": {
            "ho_ten": name,
            "ngay_sinh": "1990-05-17",
            "so_dinh_danh": "091190001234",
            "gioi_tinh": "nu",
            "dan_toc": "Khmer",
            "cu_tru": {"xa": "Phường Rạch Giá", "ma_xa": "30742", "chi_tiet": "12 Nguyễn Trung Trực"},
        },
        "tinh_trang": {"hien_nay": "chua_ket_hon"},
        "muc_dich": {"loai": "vay_von"},
        "cam_doan": True,
    }


def office(agency: directory.AgencyView, units: tuple[directory.UnitView, ...]) -> dict[str, Any]:
    """An office that can handle a dossier: one officer in each role."""
    day = moments.today(moments.now())
    found = directory.identifier_of(agency.id, directory.IdentifierScheme.QD_20_2020, day)
    if found is None:
        raise SystemExit(f"{agency.name} has no identifier")
    places = {}
    for unit in units:
        role = ROLES.get(unit.kind)
        if role and role not in places:
            people.officer(role, unit.id)
            places[role] = str(unit.id)
    return {"id": str(agency.id), "name": agency.name, "code": found.value, "units": places}


def catalogue(*, wanted: int) -> None:
    """More procedures, made of the words of the demo's own, until there are `wanted`."""
    at = moments.now()
    lines = procedures.find("đăng ký", at=at, limit=100) + procedures.find("cấp giấy phép", at=at, limit=100)
    contents = [procedures.version(line.version_id) for line in lines]
    fields = [field.name for field in dataclasses.fields(procedures.Content)]
    words = sorted({word for content in contents for word in content.name.split()})
    chance = random.Random(7)  # noqa: S311 - the same catalogue each time
    have = sum(sector.procedures for sector in procedures.sectors(at=at))
    for number in range(have, wanted):
        model = contents[number % len(contents)]
        said = {name: getattr(model, name) for name in fields}
        name = " ".join([*model.name.split()[:4], *chance.sample(words, 7)])
        said |= {"name": name, "short_name": "", "words": (), "summary": " ".join(chance.sample(words, 20))}
        version = procedures.draft(
            code=f"7.{number:06d}", content=procedures.Content(**said), by=SYSTEM, at=at
        )
        procedures.publish(version_id=version, effective_from=SINCE, by=SYSTEM, at=at)


def owners() -> list[dict[str, str]]:
    """People whose dossiers are laid, with a contact sealed under each one's key."""
    made, at = [], moments.now()
    contact = json.dumps({"phone": "0912345678", "email": "dan@example.vn", "address": "Ấp 1"}).encode()
    for _number in range(OWNERS):
        id_ = new_id()
        made.append({"id": str(id_), "contact": crypto.seal(id_, contact).hex()})
    Person.objects.bulk_create(
        (
            Person(id=each["id"], full_name="Người Đo", sort="nguoi do", created_at=at, updated_at=at)
            for each in made
        ),
        batch_size=2000,
    )
    return made


def numbers() -> list[tuple[str, str, str, str]]:
    """Phones and personal ids that laid dossiers bear, each with its keyed hash."""
    made = []
    for number in range(NUMBERS):
        phone, person = f"09{number:08d}", f"091{number:09d}"
        hashes = crypto.keyed_hash("phone", phone), crypto.keyed_hash("personal_id", person)
        made.append((phone, hashes[0].hex(), person, hashes[1].hex()))
    return made


def states(version: procedures.VersionView) -> dict[str, str]:
    """The process as it stands when sent, and when all is done."""
    process = version.process_version_id
    if process is None:
        raise SystemExit("the procedure has no process")
    state = workflow.start(process, {"via": "machine"})
    sent = state.data
    while state.ready:
        facts = {"ket_luan": "ky"} if state.ready[0].step == "ky" else {}
        state = workflow.complete(process, state.data, step=state.ready[0].step, facts=facts)
    return {"process": str(process), "sent": sent.hex(), "done": state.data.hex()}


def make() -> dict[str, Any]:
    """Everything; what the rest of the bench needs to know."""
    call_command("migrate", verbosity=0, interactive=False)
    at = moments.now()
    demo.load(at=at, say=lambda _line: None)
    day = moments.today(at)
    offices: list[dict[str, Any]] = []
    busy = set(Dossier.objects.values_list("agency_id", flat=True))
    for one_stop in directory.units_of_kind(directory.UnitKind.ONE_STOP, day):
        units = directory.units_of(one_stop.agency_id, day)
        fits = ROLES.keys() <= {unit.kind for unit in units} and one_stop.agency_id not in busy
        if len(offices) < OFFICES and fits:
            offices.append(office(directory.agency(one_stop.agency_id, day), units))
    with transaction.atomic():
        catalogue(wanted=PROCEDURES)
    version = procedures.published(code=PROCEDURE, at=at)
    token_id, secret = identity.create_token(
        name="Máy đo", acts_allowed=["dossiers.*", "procedures.*"], by=SYSTEM, at=at
    )
    return {
        "procedure": PROCEDURE,
        "version": str(version.id),
        "papers": list(PAPERS),
        "answers": answers("TEN"),
        "offices": offices,
        "owners": owners(),
        "numbers": numbers(),
        "states": states(version),
        "append": audit.APPEND,
        "fold": counting.FOLD,
        "token": secret,
        "token_id": str(token_id),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make(), ensure_ascii=False))
