"""The studio attacked: doors, four eyes by every detour, and files and names that are not the draft's own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.dossiers.public.conftest import picture
from tests.studio.test_blocks import NAMED, PHONE, form, put, section, written
from tests.studio.test_drafts import DAY, NAME, fresh
from tests.support import people
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.foundation import files, moments
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import api as studio
from tinhso.studio import parts
from tinhso.studio.contracts import Making
from tinhso.studio.models import Draft, Revision
from tinhso.studio.operations import blocks
from tinhso.studio.operations.drafts import begin
from tinhso.studio.pages.urls import urlpatterns

pytestmark = pytest.mark.django_db
ROLE = identity.Role
HOME = "/can-bo/xuong/"
EVIL = "<img src=x onerror=alert(1)>"
WRITTEN = {"title", "label", "hint", "question", "purpose", "show_note", "summary", "case", "steps", "sector"}
SINCE = {"since-day": "1", "since-month": "12", "since-year": "2026"}


def addresses(draft: UUID) -> list[str]:
    """Every address of the studio, with this draft where one is asked."""
    some = {"draft_id": draft, "number": 0, "code": "nha"}
    return [
        reverse(one.name, kwargs={key: some.get(key, new_id()) for key in one.pattern.converters})
        for one in urlpatterns
        if one.name
    ]


def put_part(draft: UUID, part: studio.PartName, by: ActorRef, **changes: Any) -> None:
    view = studio.draft(draft).parts[part]
    studio.save(draft_id=draft, part=part, body={**view.body, **changes}, seen=view.revision, by=by, at=AT)


def blocking(draft: UUID) -> str:
    with pytest.raises(studio.NotSound) as refused:
        studio.publish(draft_id=draft, effective_from=DAY, by=people.officer(ROLE.ADMINISTRATOR), at=AT)
    return " ".join(one.sentence for one in refused.value.problems)


def test_no_door_of_the_studio_opens_to_who_has_no_key() -> None:
    draft, _author = fresh()
    _actor, secret = people.token(["studio.*"])
    outside: list[Any] = [Client(), people.client(people.person()), people.machine(secret)]
    inside: list[Any] = [people.client(people.officer(role)) for role in (ROLE.INTAKE_OFFICER, ROLE.LEADER)]
    before = Draft.objects.values_list("state", "changed_at").get()
    for turn, address in enumerate(addresses(draft)):
        answer = outside[turn % len(outside)].post(address)
        assert (answer.status_code, "dang-nhap" in answer.url) == (302, True), address
        assert inside[turn % len(inside)].post(address).status_code == 403, address
    assert (Draft.objects.values_list("state", "changed_at").get(), Revision.objects.count()) == (before, 8)


def test_who_only_writes_does_not_publish_and_a_token_of_one_agency_or_act_does_nothing() -> None:
    draft, author = fresh()
    desk: Any = people.client(author)
    assert desk.post(f"{HOME}{draft}/cong-bo/", SINCE).status_code == 403
    for acts, agency, status in ((["dossiers.*"], None, 403), (["studio.*"], people.agency(), 403)):
        _actor, secret = people.token(acts, agency)
        program: Any = people.machine(secret)
        for place in ("drafts", f"drafts/{draft}", f"drafts/{draft}/parts/form", f"drafts/{draft}/package"):
            assert program.get(f"/api/v1/studio/{place}").status_code == status, place
        begun = program.post("/api/v1/studio/drafts", {"code": "T.1", "title": "x"}, "application/json")
        assert begun.status_code == status
    assert Client().get(f"/api/v1/studio/drafts/{draft}").status_code == 401


def test_a_forged_form_without_its_mark_is_refused() -> None:
    draft, author = fresh()
    desk = people.client(author)
    strict: Any = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    for word in ("bo/", "mo-ta/luu/", "goi/", "cong-bo/"):
        assert strict.post(f"{HOME}{draft}/{word}", {}).status_code == 400, word
    assert studio.draft(draft).state == "open"


@pytest.mark.parametrize("by_hand", [True, False])
def test_who_wrote_a_block_does_not_publish_the_form_it_was_brought_into(by_hand: bool) -> None:
    writer = people.officer(ROLE.ADMINISTRATOR)
    put("nha", NAMED)
    draft, author = written(form(section("nha", NAMED, block="nha@1")))
    put("nha", NAMED, PHONE, by=writer)
    if by_hand:
        newer = form(section("nha", NAMED, PHONE, block="nha@2"))
        put_part(draft, NAME.FORM, author, definition=newer)
    else:
        blocks.bring_up(code="nha", open_drafts=[draft], in_force=[], by=author, at=AT)
    assert writer.id in studio.draft(draft).authors
    with pytest.raises(procedures.OwnWords):
        studio.publish(draft_id=draft, effective_from=DAY, by=writer, at=AT)


def test_what_was_saved_after_the_publisher_had_read_is_not_published() -> None:
    draft, author = fresh()
    publisher: Any = people.client(people.officer(ROLE.ADMINISTRATOR))
    page = publisher.get(f"{HOME}{draft}/").content.decode()
    seen = studio.draft(draft).stands
    assert f'name="seen" value="{seen}"' in page
    put_part(draft, NAME.DESCRIPTION, author, summary="Thêm vào phút cuối")
    for given in (seen, ""):
        answer = publisher.post(f"{HOME}{draft}/cong-bo/", {**SINCE, "seen": given})
        assert (answer.status_code, "vừa được sửa thêm" in answer.content.decode()) == (422, True)
    again = {**SINCE, "seen": studio.draft(draft).stands}
    assert publisher.post(f"{HOME}{draft}/cong-bo/", again).status_code == 302


def test_the_papers_give_out_no_file_that_was_not_brought_as_a_form() -> None:
    draft, author = fresh()
    secret = files.receive(picture(), name="bi-mat.jpg", by=people.person(), at=AT).id
    papers = studio.draft(draft).body(NAME.PAPERS)["papers"]
    put_part(draft, NAME.PAPERS, author, papers=[{**papers[0], "form_file": str(secret)}, *papers[1:]])
    desk: Any = people.client(author)
    assert "bi-mat" not in desk.get(f"{HOME}{draft}/giay-to/").content.decode()
    assert desk.get(f"{HOME}{draft}/giay-to/mau/{secret}/").status_code == 404
    assert "chưa được tải lên ở đây" in blocking(draft)

    helper = people.officer(ROLE.ADMINISTRATOR)
    sent = people.client(helper).post(f"{HOME}{draft}/giay-to/mau/", {"tep": picture()})
    put_part(draft, NAME.PAPERS, author, papers=[{**papers[0], "form_file": sent.json()["file"]}])
    with pytest.raises(procedures.OwnWords):
        studio.publish(draft_id=draft, effective_from=DAY, by=helper, at=AT)
    assert studio.publish(draft_id=draft, effective_from=DAY, by=people.officer(ROLE.ADMINISTRATOR), at=AT)


def test_a_draft_does_not_publish_under_the_code_of_another_form() -> None:
    asked = form({**NAMED, "name": "o"})
    theirs = forms.publish(code="nhan-buu-dien", definition=form(NAMED), by=SYSTEM, at=AT)
    draft, author = written(asked)
    put_part(draft, NAME.FORM, author, code="nhan-buu-dien")
    assert "của tờ khai khác" in blocking(draft)
    found = forms.latest("nhan-buu-dien")
    assert found is not None
    assert found.id == theirs


def test_a_plain_form_that_was_changed_is_the_procedures_own() -> None:
    code = f"{procedures.PLAIN_FORM}1"
    shared = forms.publish(code=code, definition=form(NAMED), by=SYSTEM, at=AT)
    for fields, own in (([NAMED], False), ([NAMED, PHONE], True)):
        content = procedures.Content(name="", sector="")
        making = Making("T.1", SYSTEM, AT)
        body = {"code": code, "definition": form(*fields)}
        made = parts.KINDS[NAME.FORM].put(content, body, making).form_version_id
        assert made is not None
        assert (made != shared, forms.version(made).code == "t.1") == (own, own)


def test_a_program_for_the_press_is_not_published() -> None:
    draft, author = fresh()
    put_part(draft, NAME.TEMPLATES, author, result="#let n = 0\n#while true { n += 1 }")
    assert "lệnh máy" in blocking(draft)


def test_a_block_goes_only_into_forms_that_use_it_and_keeps_nothing_unkeepable() -> None:
    put("nha", NAMED)
    put("nha", NAMED, PHONE)
    author = people.officer()
    done, writer = fresh(author)
    version = studio.publish(draft_id=done, effective_from=DAY, by=people.officer(ROLE.ADMINISTRATOR), at=AT)
    stranger = begin(code="T.9", title="Khác", by=writer, at=AT)
    wanted = {"open_drafts": [stranger], "in_force": [version, new_id()]}
    assert blocks.bring_up(code="nha", by=author, at=AT, **wanted) == ()
    assert Draft.objects.filter(state="open").count() == 1
    with pytest.raises(Invalid):
        put("nha", {**NAMED, "label": "a\x00b"})
    desk: Any = people.client(author)
    for fields in (
        "[" * 60_000,
        '[{"label":"\\ud800"}]',
        '[{"name":1}]',
        '[{"fields":"x","kind":"section"}]',
    ):
        assert desk.post(f"{HOME}khoi/nha/", {"title": "x", "fields_json": fields}).status_code == 422, (
            fields[:9]
        )


def test_what_would_keep_a_worker_busy_for_minutes_is_judged_at_once_or_refused() -> None:
    row: list[dict[str, Any]] = [{**NAMED, "name": "f0"}]
    for number in range(1, 200):
        asked = {"==": [{"var": f"f{number - 1}"}, "x"]}
        row.append({**NAMED, "name": f"f{number}", "show_if": asked, "show_note": "Nếu có."})
    began = time.process_time()
    assert not forms.unsound(form(*row))
    assert time.process_time() - began < 5
    many: Any = {"or": [{"or": [{"==": [{"var": "f0"}, str(n)]} for n in range(50)]}] * 50}
    more = form(*row, *({**NAMED, "name": f"g{number}"} for number in range(201)))
    longer = form(row[0], {**row[1], "show_if": {"and": [many] * 4}})
    for large in (more, longer):
        assert [one.code for one in forms.unsound(large)] == ["not-a-definition"]
    draft, author = fresh()
    deep = {"use": "result", "text": "[[nếu có họ tên]]\n" * 3000, "named": "", "case": ""}
    answer: Any = people.client(author).post(f"{HOME}{draft}/mau/xem-thu/", deep, "application/json")
    assert "quá sâu" in str(answer.json()["faults"])


def test_a_form_of_any_shape_is_refused_in_words() -> None:
    draft, author = fresh()
    desk: Any = people.client(author)
    for definition in ("x", [1], {"pages": "x"}, {"pages": [{"fields": [3]}]}, {"pages": {"a": 1}}):
        sent = {"seen": 0, "body": {"definition": definition}}
        answer = desk.post(f"{HOME}{draft}/to-khai/luu/", sent, "application/json")
        assert answer.status_code in (200, 422), definition


def spoiled(value: Any, name: str = "") -> Any:
    """Every text that people write, with HTML before it."""
    if isinstance(value, dict):
        return {key: spoiled(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoiled(inner, name) for inner in value]
    return f"{EVIL}{value}" if isinstance(value, str) and name in WRITTEN else value


def test_html_in_any_text_is_shown_as_text_in_the_studio_and_to_everybody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    definition = form({**NAMED, "hint": "x", "purpose": "x"}, {**PHONE, "show_note": "x"})
    draft, author = written(spoiled(definition))
    for part in (NAME.DESCRIPTION, NAME.PAPERS, NAME.FEES):
        put_part(draft, part, author, **spoiled(studio.draft(draft).body(part)))
    put_part(draft, NAME.DESCRIPTION, author, name=f"{EVIL}Tên")
    desk: Any = people.client(author)
    shown = 0
    for address in addresses(draft):
        answer = desk.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            assert "<img src=x" not in answer.content.decode(), address
            shown += "img src=x" in answer.content.decode()
    assert shown > 4

    version = studio.publish(draft_id=draft, effective_from=DAY, by=people.officer(ROLE.ADMINISTRATOR), at=AT)
    monkeypatch.setattr(moments, "now", lambda: moments.midnight(DAY) + timedelta(hours=9))
    code = procedures.version(version).code
    visitors: list[tuple[Any, str]] = [
        (Client(), f"/thu-tuc/{code}/"),
        (people.client(people.person()), f"/nop/{code}/"),
        (people.client(people.officer(ROLE.INTAKE_OFFICER)), f"/can-bo/tiep-nhan/{code}/"),
    ]
    pages = [visitor.get(address, follow=True).content.decode() for visitor, address in visitors]
    assert all("<img src=x" not in page for page in pages)
    assert ["img src=x" in page for page in pages] == [True, False, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version_and_a_save_beside_them_is_in_it_or_refused() -> None:
    draft, author = fresh()
    publishers = [people.officer(ROLE.ADMINISTRATOR) for _each in range(2)]
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    body = {**before.body, "summary": "Vào phút cuối"}
    ready = Barrier(3)

    def publish(by: ActorRef) -> str:
        ready.wait()
        try:
            studio.publish(draft_id=draft, effective_from=DAY, by=by, at=AT)
        except studio.Closed:
            return "closed"
        finally:
            connection.close()
        return "published"

    def save() -> str:
        ready.wait()
        try:
            studio.save(
                draft_id=draft, part=NAME.DESCRIPTION, body=body, seen=before.revision, by=author, at=AT
            )
        except studio.Closed:
            return "closed"
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(3) as pool:
        saved = pool.submit(save)
        ended = sorted(one.result() for one in [pool.submit(publish, by) for by in publishers])
    assert ended == ["closed", "published"]
    version = procedures.version(studio.draft(draft).version or draft)
    assert (version.summary == "Vào phút cuối") is (saved.result() == "saved")
