"""The pages of the form editor: who may see them, what they say without a script, the preview of a draft."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.foundation import legal
from tinhso.foundation.refs import ActorRef
from tinhso.identity.api import Role
from tinhso.studio import api as studio
from tinhso.studio.operations.drafts import begin, discard

FORM = studio.PartName.FORM
BIRTH = forms.shipped()["khai-sinh"]


def draft_of(author: ActorRef, definition: dict[str, Any] | None = BIRTH) -> UUID:
    body = {"code": "", "definition": definition}
    return begin(code="T.1", title="Khai sinh", by=author, at=AT, bodies={FORM: body})


def post(client: Client, draft: UUID, word: str, **sent: Any) -> Any:
    return client.post(f"/can-bo/xuong/{draft}/to-khai/{word}/", json.dumps(sent), "application/json")


def drawn(client: Client, draft: UUID, definition: Any = BIRTH, **sent: Any) -> dict[str, Any]:
    """A page drawn, with the answers before it."""
    answer = post(client, draft, "xem", definition=definition, **sent)
    assert answer.status_code == 200, answer.content
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.django_db
def test_only_who_writes_procedures_sees_the_editor() -> None:
    author = people.officer(Role.SPECIALIST)
    draft, writer = draft_of(author), people.client(author)
    strangers = (Client(), people.client(people.person("Dân")), people.client(people.officer(Role.LEADER)))
    for word in ("", "khung/"):
        address = f"/can-bo/xuong/{draft}/to-khai/{word}"
        assert [one.get(address).status_code in (302, 403) for one in strangers] == [True] * 3
        assert writer.get(address).status_code == 200
    for word in ("cau", "xem"):
        sent = {"definition": BIRTH, "page": ""}
        assert [post(one, draft, word, **sent).status_code in (302, 403) for one in strangers] == [True] * 3
        assert post(writer, draft, word, **sent).status_code == 200
        assert post(writer, draft, word).status_code == 422
        address = f"/can-bo/xuong/{draft}/to-khai/{word}/"
        assert writer.post(address, "[", "application/json").status_code == 422


@pytest.mark.django_db
def test_without_a_script_the_page_reads_the_form_and_its_rules() -> None:
    author = people.officer(Role.SPECIALIST)
    draft = draft_of(author)
    page = people.client(author).get(f"/can-bo/xuong/{draft}/to-khai/").content.decode()
    assert "Con sinh ở đâu?" in page
    assert "Hỏi trang này khi" in page
    assert '"closed": false' in page
    discard(draft_id=draft, by=author, at=AT)
    assert '"closed": true' in people.client(author).get(f"/can-bo/xuong/{draft}/to-khai/").content.decode()


@pytest.mark.django_db
def test_a_procedure_without_a_form_says_so() -> None:
    author = people.officer(Role.CLERK)
    draft = draft_of(author, None)
    assert "Chưa có tờ khai." in people.client(author).get(f"/can-bo/xuong/{draft}/to-khai/").content.decode()


def test_every_kind_of_question_is_offered_with_a_name_and_a_use() -> None:
    made = forms.palette()
    assert [one["kind"] for one in made["kinds"]] == [kind.value for kind in forms.Kind]
    assert all(one["name"] != one["kind"] and one["use"] for one in made["kinds"])
    offered = {fact["value"]: fact["kinds"] for fact in made["facts"]}
    assert offered["account.birth_date"] == ["date"]
    assert offered["applicant"] == ["person"]
    assert offered["organisation.tax_code"] == ["text"]
    assert {one["key"] for one in made["law"]} <= set(legal.declarations())


@pytest.mark.django_db
def test_rules_are_said_in_words_by_their_place() -> None:
    author = people.officer(Role.SPECIALIST)
    answer = post(people.client(author), draft_of(author), "cau", definition=BIRTH)
    assert answer.json() == forms.sentences_of(BIRTH)
    assert {"pages/cu-tru-me", "con.co_so_y_te"} <= set(answer.json())


@pytest.mark.django_db
def test_the_preview_runs_rules_and_keeps_what_was_answered() -> None:
    author = people.officer(Role.SPECIALIST)
    client, draft = people.client(author), draft_of(author)
    first = drawn(client, draft, page="me")
    assert (first["page"], first["note"]) == ("me", "")
    assert "cu-tru-me" not in first["asked"]
    said = urlencode({"_page": "me", "me.khai": "co", "me.ho_ten": "Nguyễn Thị Hoa"})
    again = drawn(client, draft, page="me", answers=first["answers"], posted=said)
    assert again["answers"]["me"] == {"khai": True, "ho_ten": "Nguyễn Thị Hoa"}
    assert "cu-tru-me" in again["asked"]
    assert 'value="Nguyễn Thị Hoa"' in again["html"]
    hidden = drawn(client, draft, page="cu-tru-me", answers={})
    assert hidden["note"] == "Với các câu trả lời này, trang không được hỏi."


@pytest.mark.django_db
def test_leaving_a_page_of_the_preview_judges_it_and_goes_on() -> None:
    author = people.officer(Role.SPECIALIST)
    client, draft = people.client(author), draft_of(author)
    empty = drawn(client, draft, page="ten-con", posted="_page=ten-con", leaving=True)
    assert empty["page"] == "ten-con"
    assert "govuk-error-summary" in empty["html"]
    full = urlencode({"_page": "ten-con", "con.ho_ten": "Trần Gia Bảo", "con.gioi_tinh": "nam"})
    assert drawn(client, draft, page="ten-con", posted=full, leaving=True)["page"] == "ngay-sinh"


@pytest.mark.django_db
def test_a_row_added_in_the_preview_stays_on_its_page() -> None:
    author = people.officer(Role.SPECIALIST)
    client, draft = people.client(author), draft_of(author)
    household = forms.shipped()["ho-kinh-doanh"]
    table = next(one for one in forms.asked_by(household) if one.kind is forms.Kind.TABLE)
    posted = urlencode({"_page": table.page, "_add": table.path})
    made = drawn(client, draft, household, page=table.page, posted=posted, leaving=True)
    assert made["page"] == table.page
    assert f'data-row="{table.path}.0"' in made["html"]


@pytest.mark.django_db
def test_a_rule_that_cannot_run_yet_is_left_out_and_counted() -> None:
    author = people.officer(Role.SPECIALIST)
    client, draft = people.client(author), draft_of(author)
    half = copy.deepcopy(BIRTH)
    half["pages"][2]["fields"][1]["show_if"] = {"==": [{"var": "khong.co"}, "x"]}
    half["pages"][2]["fields"][0]["label"] = ""
    made = drawn(client, draft, half, page="noi-sinh")
    assert "con.co_so_y_te" in made["html"]
    assert made["note"] == "Bản xem trước chưa chạy 1 điều kiện còn lỗi."
    round_and_round = {
        "title": "Thử",
        "pages": [
            {
                "name": "a",
                "question": "A?",
                "fields": [
                    {"name": "x", "kind": "computed", "label": "X", "value": {"+": [{"var": "y"}, 1]}},
                    {"name": "y", "kind": "computed", "label": "Y", "value": {"+": [{"var": "x"}, 1]}},
                ],
            }
        ],
    }
    assert drawn(client, draft, round_and_round, page="a")["note"]


@pytest.mark.django_db
def test_what_has_no_name_of_its_own_is_not_drawn_and_says_why() -> None:
    author = people.officer(Role.SPECIALIST)
    client, draft = people.client(author), draft_of(author)
    twice = copy.deepcopy(BIRTH)
    twice["pages"][0]["fields"].append(twice["pages"][0]["fields"][0])
    answer = post(client, draft, "xem", definition=twice, page="ten-con")
    assert answer.status_code == 422
    assert "Có 2 mục cùng tên" in answer.json()["note"]
    bare = {"title": "Thử", "pages": [{"name": "a", "question": "A?", "fields": []}]}
    assert "A?" in drawn(client, draft, bare, page="a")["html"]


PLAIN = st.sampled_from([None, True, -1, 0, 10**9, "", "x", "con", "date", "table", [], {}])
RULES = st.sampled_from([{"var": "con.ho_ten"}, {"==": [{"var": "zz"}, 1]}, {"+": []}, [{"value": "a"}]])
KEYS = st.sampled_from(
    ["name", "kind", "label", "show_if", "value", "options", "rows_max", "max_length", "decimals", "as_of"]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(st.tuples(st.integers(0, 30), KEYS, PLAIN | RULES), min_size=1, max_size=4))
@pytest.mark.django_db
def test_any_definition_is_drawn_or_refused_in_words(changes: list[tuple[int, str, Any]]) -> None:
    made = copy.deepcopy(BIRTH)
    fields = [one for page in made["pages"] for one in page["fields"]]
    for index, key, value in changes:
        fields[index % len(fields)][key] = value
    refused: tuple[forms.Problem, ...] = ()
    found = None
    try:
        found = forms.preview(made, "noi-sinh", {}, at=AT)
    except forms.DefinitionFaulty as faulty:
        refused = faulty.problems
    assert found.html if found else refused
