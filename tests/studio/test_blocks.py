"""Blocks: numbered, kept as they are, and brought up to date where they are used, on purpose and in words."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.studio.test_drafts import DAY, NAME, fresh
from tests.support import people
from tests.support.people import AT
from tinhso.foundation import moments
from tinhso.identity import api as identity
from tinhso.studio import api as studio
from tinhso.studio.contracts import BlockFaulty, UnknownBlock
from tinhso.studio.models import Block
from tinhso.studio.operations import blocks
from tinhso.studio.queries import blocks as reading
from tinhso.studio.reference import load
from tinhso.studio.using import differences, renamed, sections, updated

NAMED = {"name": "ho_ten", "kind": "text", "label": "Họ và tên"}
PHONE = {"name": "dien_thoai", "kind": "text", "label": "Điện thoại", "format": "phone"}
YES = {"name": "co", "kind": "yes_no", "label": "Có vợ"}
WIFE = {"name": "vo", "kind": "text", "label": "Tên vợ", "show_if": {"var": "nha.co"}, "show_note": "Nếu có."}


def section(name: str, *fields: dict[str, Any], block: str = "") -> dict[str, Any]:
    made = {"name": name, "kind": "section", "label": f"Phần {name}", "fields": list(fields)}
    return {**made, "block": block} if block else made


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"title": "Thử", "pages": [{"name": "mot", "question": "Gì?", "fields": list(fields)}]}


def written(definition: dict[str, Any]) -> tuple[UUID, Any]:
    """A draft with this form, and its author."""
    draft, author = fresh()
    body = {**studio.draft(draft).body(NAME.FORM), "definition": definition}
    studio.save(draft_id=draft, part=NAME.FORM, body=body, seen=0, by=author, at=AT)
    return draft, author


def put(code: str, *fields: dict[str, Any], name: str = "nha", by: Any = None) -> Any:
    actor = by or people.officer(identity.Role.CLERK)
    return blocks.publish(code=code, title="Nhà", name=name, fields=list(fields), by=actor, at=AT)


@pytest.mark.django_db
def test_a_block_is_numbered_and_its_versions_stay() -> None:
    first = put("nha", NAMED)
    assert put("nha", NAMED).id == first.id
    second = put("nha", NAMED, PHONE)
    assert (first.number, second.number, reading.block("nha").number) == (1, 2, 2)
    for act in (lambda rows: rows.update(title="x"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act(Block.objects.filter(id=first.id))
    broken: dict[str, dict[str, Any]] = {
        "block_code_plain": {"code": "Nhà"},
        "block_from_one": {"number": 0},
        "block_name_plain": {"name": "a.b"},
        "block_numbered_once": {"number": 2},
    }
    for constraint, bad in broken.items():
        row = {"code": "nha", "number": 9, "title": "x", "name": "x", "fields": [], "published_at": AT, **bad}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Block.objects.create(**row)
    with pytest.raises(UnknownBlock):
        reading.block("khong-co")


@pytest.mark.django_db
def test_a_block_that_looks_outside_itself_is_refused() -> None:
    with pytest.raises(BlockFaulty, match="khong_co"):
        put("nha", {**NAMED, "show_if": {"var": "khong_co.x"}})
    with pytest.raises(BlockFaulty, match="không hỏi gì"):
        put("nha")


@pytest.mark.django_db
def test_every_province_starts_with_three_blocks_and_keeps_its_own() -> None:
    load(at=AT)
    codes = [one["code"] for one in reading.offered()]
    assert sorted(codes) == ["nguoi-dung-ten", "thua-dat", "vo-chong"]
    own = put("vo-chong", NAMED, name="vo_chong")
    load(at=AT)
    assert {one["code"]: one["version"] for one in reading.offered()}["vo-chong"] == own.number


def test_changes_are_said_in_words() -> None:
    old = [NAMED, PHONE, {**YES, "hint": "Cũ"}, {"name": "t", "label": "T", "fields": [NAMED]}]
    new = [
        {**PHONE, "required": False, "format": "email"},
        {**NAMED, "show_if": {"var": "co"}},
        {**YES, "label": "Đã kết hôn", "purpose": "Để xét."},
        {"name": "t", "label": "T", "fields": [NAMED, PHONE]},
        {"name": "k", "label": "Kiểu"},
    ]
    assert set(differences(old, new, form(YES))) == {
        "Thêm “Kiểu”.",
        "“Điện thoại” không còn bắt buộc.",
        "“Điện thoại” đổi dạng chữ từ “phone” thành “email”.",
        "“Họ và tên” hỏi khi: “Có vợ” trả lời “Có”.",
        "“Có vợ” đổi nhãn từ “Có vợ” thành “Đã kết hôn”.",
        "“Có vợ” bỏ lời dẫn “Cũ”.",
        "“Có vợ” có thêm lý do hỏi: “Để xét.”.",
        "Trong “T”: Thêm “Điện thoại”.",
        "Thứ tự các câu hỏi thay đổi.",
    }
    assert differences([NAMED, PHONE], [PHONE]) == ("Bỏ “Họ và tên”.",)
    assert differences(old, copy.deepcopy(old)) == ()


def test_a_block_under_another_name_reads_its_own_answers() -> None:
    definition = form(section("o.nha_toi", NAMED, block="nha@1"), section("khac", NAMED, block="nhac@1"))
    made, changes = updated(definition, code="nha", number=2, name="nha", fields=[YES, WIFE])
    [mine, other] = list(sections(made))
    assert mine.field["fields"][1]["show_if"] == {"var": "o.nha_toi.co"}
    assert (mine.field["block"], other.field["block"], list(changes)) == ("nha@2", "nhac@1", ["o.nha_toi"])
    assert renamed({"var": ["a.b"], "x": {"var": "ab.c"}}, "a", "d.e") == {
        "var": "d.e.b",
        "x": {"var": "ab.c"},
    }
    assert definition["pages"][0]["fields"][0]["fields"] == [NAMED]


@pytest.mark.django_db
def test_a_section_becomes_a_block_and_remembers_it() -> None:
    draft, author = written(form(section("nha_toi", YES, {**WIFE, "show_if": {"var": "nha_toi.co"}})))
    made = blocks.from_section(draft_id=draft, path="nha_toi", code="nha", title="Nhà", by=author, at=AT)
    assert (made.name, made.fields[1]["show_if"]) == ("nha_toi", {"var": "nha_toi.co"})
    [mine] = sections(studio.draft(draft).body(NAME.FORM)["definition"])
    assert (mine.block, mine.number) == ("nha", 1)
    with pytest.raises(UnknownBlock):
        blocks.from_section(draft_id=draft, path="khac", code="nha", title="Nhà", by=author, at=AT)


@pytest.mark.django_db
def test_a_new_version_goes_everywhere_on_purpose() -> None:
    put("nha", NAMED)
    draft, author = written(form(section("nha", NAMED, block="nha@1")))
    done, _author = written(form(section("nha", NAMED, block="nha@1"), {**PHONE, "name": "t"}))
    other = people.officer(identity.Role.ADMINISTRATOR)
    version = studio.publish(draft_id=done, effective_from=DAY, by=other, at=AT)
    at = moments.midnight(DAY)
    assert reading.older("nha", at=at) == ()
    put("nha", NAMED, PHONE)
    uses = reading.older("nha", at=at)
    assert {(use.draft, use.version) for use in uses} == {(draft, None), (None, version)}
    assert {use.changes for use in uses} == {(("nha", ("Thêm “Điện thoại”.",)),)}

    changed = blocks.bring_up(code="nha", open_drafts=[draft], in_force=[version], by=author, at=at)
    assert len(changed) == 2
    for draft_id in changed:
        [mine] = sections(studio.draft(draft_id).body(NAME.FORM)["definition"])
        assert (mine.number, mine.field["fields"]) == (2, [NAMED, PHONE])
    assert reading.older("nha", at=at) == ()
    assert blocks.bring_up(code="nha", open_drafts=changed, in_force=[], by=author, at=at) == ()


@pytest.mark.django_db
def test_uses_are_found_by_the_same_few_questions() -> None:
    put("nha", NAMED)
    for _number in range(3):
        written(form(section("nha", NAMED, block="nha@1")))
    put("nha", PHONE)
    asked = []
    with connection.execute_wrapper(lambda run, sql, *given: (asked.append(sql), run(sql, *given))[1]):
        assert len(reading.older("nha", at=AT)) == 3
    assert len(asked) <= 4


@pytest.mark.django_db
def test_only_who_writes_procedures_sees_blocks() -> None:
    put("nha", NAMED)
    draft, author = written(form(section("nha", NAMED, block="nha@1")))
    addresses = ["/can-bo/xuong/khoi/", "/can-bo/xuong/khoi/nha/", f"/can-bo/xuong/{draft}/to-khai/khoi/"]
    for address in addresses:
        assert people.client(author).get(address).status_code == 200
        assert Client().get(address).status_code in (302, 401, 403)
        assert people.client(people.person()).get(address).status_code in (302, 403, 404)
        assert people.client(people.officer(identity.Role.LEADER)).get(address).status_code == 403
    assert Client().post("/can-bo/xuong/khoi/nha/cap-nhat/").status_code in (302, 401, 403)
    assert people.client(author).get("/can-bo/xuong/khoi/khong-co/").status_code == 404


@pytest.mark.django_db
def test_a_clerk_publishes_and_brings_up_to_date_on_the_pages() -> None:
    draft, author = written(form(section("nha", NAMED)))
    browser = people.client(author)
    take = f"/can-bo/xuong/{draft}/to-khai/khoi/"
    assert browser.post(take, {"section": "", "title": ""}).status_code == 422
    made = browser.post(take, {"section": "nha", "title": "Nhà của tôi", "code": ""})
    assert made["Location"].startswith("/can-bo/xuong/khoi/nha-cua-toi/")
    here = "/can-bo/xuong/khoi/nha-cua-toi/"
    for wrong in ("{", "{}", '[{"name": "x"}]', "[1]"):
        assert browser.post(here, {"title": "Nhà", "fields_json": wrong}).status_code == 422
    fields = '[{"name": "ho_ten", "kind": "text", "label": "Tên đầy đủ"}]'
    assert browser.post(here, {"title": "Nhà", "fields_json": fields}).status_code == 302
    page = browser.get(here).content.decode()
    assert "“Họ và tên” đổi nhãn từ “Họ và tên” thành “Tên đầy đủ”." in page
    browser.post(f"{here}cap-nhat/", {"dung": [f"ban:{draft}", "sai", "ban:sai"]})
    [mine] = sections(studio.draft(draft).body(NAME.FORM)["definition"])
    assert (mine.number, mine.field["fields"][0]["label"]) == (2, "Tên đầy đủ")
