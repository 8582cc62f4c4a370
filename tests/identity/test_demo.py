from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.test import Client

from tests.support import people
from tests.support.people import AT
from tinhso.directory import api as directory
from tinhso.directory import demo as places
from tinhso.foundation import moments
from tinhso.identity import api, commands, demo, production
from tinhso.identity.models import Account, Person, Post, Token
from tinhso.identity.signin import factors

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> None:
    places.load(at=AT)
    demo.load(at=AT)


@pytest.mark.usefixtures("loaded")
def test_every_demo_officer_holds_their_post_and_a_second_run_changes_nothing() -> None:
    counts = (Account.objects.count(), Post.objects.count(), Person.objects.count())
    demo.load(at=AT)

    assert (Account.objects.count(), Post.objects.count(), Person.objects.count()) == counts
    assert counts[1] == len(demo.OFFICERS)
    ward = directory.agency("ubnd-30742", moments.today(AT))
    units = [unit.id for unit in directory.units_of(ward.id, moments.today(AT))]
    roles = {post.role for view in api.officers_of(units, AT) for post in view.posts}
    assert roles == set(api.Role) - {api.Role.INSPECTOR, api.Role.DEVELOPER}


@pytest.mark.usefixtures("loaded")
def test_a_demo_officer_signs_in_with_what_the_screen_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(demo.PASSWORD in line for line in demo.people())
    browser = Client()
    browser.post("/can-bo/dang-nhap/", {"login": "rachgia.tiepnhan", "password": demo.PASSWORD})
    code = CliRunner().invoke(commands.officer, ["code"]).output.strip()
    assert code == factors.code_at(demo.TOTP_SECRET, moments.now())

    assert browser.post("/can-bo/dang-nhap/ma/", {"code": code}).headers["Location"] == "/can-bo/"


@pytest.mark.usefixtures("loaded")
def test_production_refuses_demo_officers_the_sandbox_and_plain_http(settings: object) -> None:
    found = " ".join(production.production_faults())
    for part in ("TINHSO_EID_ISSUER", "TINHSO_EID_CLIENT_SECRET", "TINHSO_ORIGIN", "cán bộ trình diễn"):
        assert part in found
    settings.EID = {"issuer": "https://eid.gov.example/oidc", "client_id": "x", "client_secret": "y"}  # type: ignore[attr-defined]
    settings.ORIGIN = "https://dichvucong.example"  # type: ignore[attr-defined]
    Account.objects.filter(login__in=[each.login for each in demo.OFFICERS]).update(is_active=False)
    assert production.production_faults() == []
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    assert CliRunner().invoke(commands.officer, ["code"]).exit_code == 1


@pytest.mark.usefixtures("loaded")
def test_a_token_is_made_listed_and_revoked_by_command() -> None:
    made = CliRunner().invoke(
        commands.token,
        ["create", "--name", "cổng cũ", "--act", "identity.*", "--agency", "ubnd-30742", "--days", "30"],
    )
    assert made.exit_code == 0
    row = Token.objects.get()
    assert row.expires_at
    assert row.expires_at - row.created_at == timedelta(days=30)
    assert made.output.strip().startswith("tinhso_")
    assert "cổng cũ" in CliRunner().invoke(commands.token, ["list"]).output
    assert CliRunner().invoke(commands.token, ["revoke", str(row.id)]).exit_code == 0
    assert "đã thu hồi" in CliRunner().invoke(commands.token, ["list"]).output
    for arguments in (
        ["revoke", str(row.id)],
        ["create", "--name", "x", "--act", "khong.co"],
        ["create", "--name", "x", "--act", "identity.*", "--agency", "khong-co"],
    ):
        assert CliRunner().invoke(commands.token, arguments).exit_code == 1


def test_the_first_administrator_is_added_by_command() -> None:
    place = people.unit()
    arguments = ["add", "--login", "quan.tri", "--full-name", "Trần Quản Trị", "--role", "administrator"]
    password = ["--password", "một câu dài khó đoán"]
    done = CliRunner().invoke(commands.officer, [*arguments, "--unit", str(place), *password])

    assert done.exit_code == 0
    found = api.by_login("quan.tri", moments.now())
    assert found
    assert [post.role for post in found.posts] == [api.Role.ADMINISTRATOR]
    again = CliRunner().invoke(commands.officer, [*arguments, "--unit", str(uuid4()), *password])
    assert again.exit_code == 1
