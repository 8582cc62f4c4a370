"""What a clerk meets: beginning, two who write at once, savings to look through, refusals in words."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.studio.test_drafts import fresh
from tests.support import people
from tests.support.people import AT
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import api as studio
from tinhso.studio.models import Draft
from tinhso.studio.operations.drafts import begin

NAME = studio.PartName
HOME = "/can-bo/xuong/"


@pytest.mark.django_db
def test_a_code_in_force_is_changed_and_not_begun_from_nothing() -> None:
    draft, author = fresh()
    admin = people.officer(identity.Role.ADMINISTRATOR)
    version = studio.publish(draft_id=draft, effective_from=date(2025, 7, 1), by=admin, at=AT)
    code = procedures.version(version).code
    page = people.client(author).post(HOME, {"code": code, "title": "Trùng"})
    assert page.status_code == 422
    assert f'action="/can-bo/xuong/sua/{code}/"' in page.content.decode()
    assert Draft.objects.filter(code=code).count() == 1
    assert people.client(author).post(HOME, {"code": "AG.77", "title": "Mới"}).status_code == 302


@pytest.mark.django_db
def test_the_name_typed_at_the_beginning_is_the_description_s() -> None:
    author = people.officer(identity.Role.CLERK)
    draft = begin(code="AG.78", title="Xác nhận độc thân", by=author, at=AT)
    assert studio.draft(draft).body(NAME.DESCRIPTION)["name"] == "Xác nhận độc thân"


@pytest.mark.django_db
def test_a_clash_is_told_by_what_people_call_the_place() -> None:
    draft, author = fresh()
    other = people.officer(identity.Role.SPECIALIST)
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    mine = {**before.body, "summary": "Một"}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=mine, seen=before.revision, by=author, at=AT)
    sent = json.dumps({"seen": before.revision, "body": {**before.body, "summary": "Hai"}})
    answer = people.client(other).post(f"{HOME}{draft}/mo-ta/luu/", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["places"]) == (409, ["Tóm tắt bằng lời thường"])


@pytest.mark.django_db
def test_a_script_is_refused_in_the_sentence_a_page_would_say() -> None:
    draft, author = fresh()
    client = people.client(author)
    address = f"{HOME}{draft}/phi/nhap/"
    asked = {"content_type": "application/xml", "headers": {"accept": "application/json"}}
    answer = client.post(address, b"<a>", **asked)  # type: ignore[arg-type]  # the client's keywords, said twice
    assert (answer.status_code, "Không đọc được tệp này" in answer.json()["detail"]) == (422, True)
    assert client.post(address, b"<a>", content_type="application/xml")["Content-Type"].startswith(
        "text/html"
    )


@pytest.mark.django_db
def test_savings_of_one_sitting_are_one_line() -> None:
    draft, author = fresh()
    for minute in (1, 2, 3, 60):
        part = studio.draft(draft).parts[NAME.DESCRIPTION]
        body = {**part.body, "summary": f"Lần {minute}"}
        at = AT + timedelta(minutes=minute)
        studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=body, seen=part.revision, by=author, at=at)
    page = people.client(author).get(f"{HOME}{draft}/cac-lan-luu/").content.decode()
    assert page.count("Mô tả công bố</a>") == 3
    assert "(3 lần lưu liền nhau)" in page


@pytest.mark.django_db
def test_an_author_is_led_to_the_first_part_that_stands_in_the_way() -> None:
    author = people.officer(identity.Role.CLERK)
    draft = begin(code="AG.79", title="Thử", by=author, at=AT)
    page = people.client(author).get(f"{HOME}{draft}/").content.decode()
    assert f'href="/can-bo/xuong/{draft}/mo-ta/" role="button"' in page
    whole, writer = fresh()
    assert 'role="button"' not in people.client(writer).get(f"{HOME}{whole}/").content.decode()
