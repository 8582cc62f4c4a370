"""The studio for machines: drafts part by part, packages, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.studio.packing import SIGNED_AT, Province, sheaves
from tests.support import people
from tests.support.machines import Machine, is_problem, said
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.studio.contracts import PartName
from tinhso.studio.operations import sharing

ACTS = ("studio.*",)


class Program(Machine):
    """A machine that also puts and sends files."""

    def put(self, path: str, body: Any) -> Any:
        """PUT JSON."""
        return self.client.put(f"/api/v1{path}", data=body, content_type="application/json")

    def send(self, content: bytes) -> Any:
        """POST a package."""
        return self.client.post("/api/v1/studio/packages", {"package": SimpleUploadedFile("a.zip", content)})


@pytest.mark.django_db
def test_a_machine_writes_a_draft_part_by_part_and_is_told_what_is_wrong() -> None:
    machine, sheaf = Program(*ACTS), sheaves()[0]
    assert machine.post("/studio/drafts", {"code": "T.77"}).status_code == 422
    begun = machine.post("/studio/drafts", {"code": "T.77", "title": "Thử"})
    assert begun.status_code == 201
    place = f"/studio/drafts/{said(begun)['id']}"
    assert [one["code"] for one in said(machine.get("/studio/drafts"))["items"]] == ["T.77"]
    assert {one["part"] for one in said(machine.get(f"{place}/problems"))} >= {"description", "papers"}
    papers = sheaf.bodies[PartName.PAPERS]
    saved = machine.put(f"{place}/parts/papers", {"seen": 0, "body": papers})
    assert (
        saved.status_code,
        said(saved)["revision"],
        [one for one in said(saved)["problems"] if one["blocks"]],
    ) == (200, 1, [])
    assert said(machine.get(f"{place}/parts/papers")) == {"name": "papers", "revision": 1, "body": papers}
    other = {"papers": [{**papers["papers"][0], "name": "Khác"}, *papers["papers"][1:]]}
    mine = {"papers": [{**papers["papers"][0], "name": "Của tôi"}, *papers["papers"][1:]]}
    assert machine.put(f"{place}/parts/papers", {"seen": 1, "body": other}).status_code == 200
    clash = machine.put(f"{place}/parts/papers", {"seen": 1, "body": mine})
    assert (clash.status_code, is_problem(clash)) == (409, True)
    assert said(clash)["facts"]["places"] == [f"papers.{papers['papers'][0]['code']}.name"]
    refused = machine.put(f"{place}/parts/papers", {"seen": 2, "body": {"papers": "x"}})
    assert (refused.status_code, is_problem(refused)) == (422, True)
    whole = said(machine.get(place))
    assert [part["name"] for part in whole["parts"]] == [name.value for name in PartName]
    assert machine.get("/studio/drafts?after=x").status_code == 422


@pytest.mark.django_db
def test_a_page_of_drafts_goes_on_where_the_last_ended() -> None:
    machine = Program(*ACTS)
    for number in range(3):
        machine.post("/studio/drafts", {"code": f"T.{number}", "title": "Thử"})
    first = said(machine.get("/studio/drafts?limit=2"))
    second = machine.client.get("/api/v1/studio/drafts", {"limit": 2, "after": first["after"]}).json()
    assert [one["code"] for one in first["items"] + second["items"]] == ["T.2", "T.1", "T.0"]
    assert second["after"] == ""


@pytest.mark.django_db
def test_a_machine_takes_packages_out_and_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "now", lambda: SIGNED_AT)
    province, machine = Province(monkeypatch), Program(*ACTS)
    packed = sharing.sealed(sheaves()[0], number=2, by=SYSTEM, at=SIGNED_AT).content
    province.sign_as(province.authority.person("Tỉnh bên"))
    taken = machine.send(packed)
    assert (taken.status_code, said(taken)["foreign"]) == (201, True)
    place = f"/studio/packages/{said(taken)['id']}/draft"
    assert machine.post(place, {}).status_code == 409
    draft = said(machine.post(place, {"foreign": True}))["id"]
    out = machine.get(f"/studio/drafts/{draft}/package")
    again = machine.send(out.content)
    assert (out.status_code, again.status_code, said(again)["foreign"]) == (200, 201, False)
    broken = machine.send(packed[:-40])
    assert (broken.status_code, is_problem(broken)) == (422, True)
    assert machine.get("/studio/procedures/9.9/package").status_code == 404


@pytest.mark.django_db
def test_the_api_is_closed_to_others_and_described() -> None:
    office = people.agency()
    _actor, bound = people.token(("studio.*",), office)
    clerk = people.client(people.officer("clerk"))
    for client, status in (
        (Program("dossiers.*").client, 403),
        (people.machine(bound), 403),
        (clerk, 401),
    ):
        assert client.get("/api/v1/studio/drafts").status_code == status
    paths = Machine(*ACTS).client.get("/api/v1/openapi.json").json()["paths"]
    assert {"get", "put"} <= set(paths["/api/v1/studio/drafts/{draft_id}/parts/{part}"])
    assert "post" in paths["/api/v1/studio/packages"]
