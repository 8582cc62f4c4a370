"""Registers fill a form: for whom one may ask, once, with a trace, and never at the cost of the form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction

from national import serve
from tests.dossiers.public.conftest import Town, a_procedure
from tests.registers.conftest import Fault
from tests.support import people
from tests.support.constraints import refused
from tests.support.office import SENT, office
from tinhso.directory.models import Territory
from tinhso.directory.queries.known import KNOWN
from tinhso.dossiers.models import Draft
from tinhso.forms import api as forms
from tinhso.foundation import http
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, Represented
from tinhso.identity.models import Person
from tinhso.procedures import api as procedures
from tinhso.registers import transport
from tinhso.registers.contracts import Outcome
from tinhso.registers.models import Question

pytestmark = pytest.mark.django_db
SEX = [{"value": "nam", "label": "Nam"}, {"value": "nu", "label": "Nữ"}]


def _from(name: str, kind: str, label: str, prefill: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": label, "prefill": prefill, **more}


FORM = {
    "title": "Tờ khai có điền sẵn",
    "pages": [
        {
            "name": "toi",
            "question": "Ông/bà là người dân tộc nào?",
            "hint": "Hỏi để ghi vào giấy.",
            "fields": [
                _from("gioi", "choice", "Giới tính", "population.gender", options=SEX),
                _from("dan_toc", "text", "Dân tộc", "population.ethnicity"),
                _from("me", "person", "Mẹ", "population.mother", required=False),
            ],
        },
        {
            "name": "o-dau",
            "question": "Ở đâu?",
            "hint": "Hỏi để gửi giấy.",
            "fields": [
                _from("nha", "address", "Nơi ở", "population.residence"),
                _from("que", "address", "Quê", "population.hometown"),
            ],
        },
        {
            "name": "khac",
            "question": "Ghi chú gì?",
            "hint": "Hỏi để biết.",
            "fields": [
                {"name": "ghi", "kind": "text", "label": "Ghi chú"},
                _from("cong_ty", "organisation", "Công ty", "enterprise", required=False),
            ],
        },
    ],
}


def nguoi_bien(level: int = 2) -> ActorRef:
    id = identity.register_person(
        facts=identity.PersonFacts("Nguyễn Văn Biển", "091078004512", date(1978, 3, 12), "male"),
        source="e-id", level=level, by=SYSTEM, at=SENT,
    )  # fmt: skip
    return ActorRef(ActorKind.PERSON, id, "Nguyễn Văn Biển")


@pytest.fixture
def town() -> Town:
    place = office()
    form = forms.publish(code=f"dien-san-{new_id().hex[-6:]}", definition=FORM, by=SYSTEM, at=SENT)
    code, version = a_procedure(level=procedures.AgencyLevel.PROVINCE, form=form)
    return Town(office=place, code=code, version=version, browser=people.client(nguoi_bien()))


def begun(town: Town, whom: str = "toi") -> Draft:
    town.browser.post(f"{town.root}cho-ai/", {"cho": whom})
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    return Draft.objects.get()


def page(town: Town, name: str = "toi") -> str:
    return town.browser.get(f"{town.root}phan/{name}/").content.decode()


def outcomes() -> list[str]:
    return [*Question.objects.order_by("asked_at", "id").values_list("outcome", flat=True)]


def communes() -> None:
    """Rạch Giá as it stands, and the town of Gò Quao that ended with the districts."""
    KNOWN.changed()
    facts: dict[str, Any] = {"scheme": "gso", "level": 3, "parent": None}
    for code, name, kind, level, since, until in (
        ("91", "Tỉnh An Giang", "province", 1, date(2025, 7, 1), None),
        ("30742", "Phường Rạch Giá", "ward", 3, date(2025, 7, 1), None),
        ("91", "Tỉnh Kiên Giang", "province", 1, date(1990, 1, 1), date(2025, 7, 1)),
        ("907", "Huyện Gò Quao", "district", 2, date(1990, 1, 1), date(2025, 7, 1)),
        ("30952", "Thị trấn Gò Quao", "township", 3, date(1990, 1, 1), date(2025, 7, 1)),
    ):
        facts = {**facts, "parent": None if level == 1 else facts["parent"], "level": level, "kind": kind}
        made = Territory.objects.create(
            code=code, name=name, short_name=name, search=f" {name.lower()}", sort=name,
            valid_from=since, valid_to=until, **facts,
        )  # fmt: skip
        facts["parent"] = made


def test_what_the_register_knows_stands_in_the_form_with_its_origin(town: Town, registers: Fault) -> None:
    communes()
    draft = begun(town)
    assert draft.answers["gioi"] == "nam"
    assert draft.answers["dan_toc"] == "Kinh"
    assert draft.answers["nha"] == {
        "ngay": draft.answers["nha"]["ngay"],
        "chi_tiet": "Số 18, khu phố Nguyễn Bỉnh Khiêm",
        "xa": "Phường Rạch Giá",
        "ma_xa": "30742",
    }
    assert draft.answers["que"]["xa"] == "Thị trấn Gò Quao"
    assert "ma_xa" not in draft.answers["que"], "which commune followed is for the person to say"
    assert set(draft.origins) == {"gioi", "dan_toc", "nha", "que"}
    shown = page(town)
    assert "Lấy từ CSDL dân cư." in shown
    assert 'aria-describedby="nha-hint"' in page(town, "o-dau")
    town.browser.post(f"{town.root}phan/toi/", {"gioi": "nam", "dan_toc": "Khmer"})
    draft.refresh_from_db()
    assert draft.answers["dan_toc"] == "Khmer"
    assert "dan_toc" not in draft.origins


def test_only_what_the_form_names_is_asked_and_the_person_reads_it(town: Town, registers: Fault) -> None:
    begun(town)
    asked = Question.objects.get()
    assert asked.facts == [
        "ethnicity", "gender", "hometown", "mother.full_name", "mother.personal_id", "residence"
    ]  # fmt: skip
    assert (asked.register, asked.outcome, asked.procedure) == ("population", Outcome.ANSWERED, town.code)
    read = town.browser.get("/tai-khoan/ai-da-xem/").content.decode()
    assert "Hỏi Cơ sở dữ liệu dân cư để điền sẵn tờ khai “Thủ tục thử nghiệm của người dân”" in read
    assert "dân tộc" in read
    assert "Căn cứ: Luật Căn cước 2023" in read
    assert "Hệ thống dịch vụ công của tỉnh" in read


def test_a_press_repeated_asks_nothing_more(town: Town, registers: Fault) -> None:
    begun(town)
    for _again in range(2):
        town.browser.post(f"{town.root}cho-ai/", {"cho": "toi"})
        town.browser.post(f"{town.root}phan/toi/", {"gioi": "nam", "dan_toc": "Hoa", "hoi_lai": "1"})
    assert outcomes() == [Outcome.ANSWERED]
    assert Draft.objects.get().answers["dan_toc"] == "Hoa"


@pytest.mark.parametrize(
    ("mode", "how", "outcome"),
    [
        ("error", {"status": 503}, Outcome.UNANSWERED),
        ("garbage", {}, Outcome.UNREADABLE),
        ("wrong_person", {}, Outcome.WRONG_PERSON),
    ],
)
def test_a_register_that_fails_leaves_the_form_open_and_says_so(
    town: Town, registers: Fault, mode: str, how: dict[str, object], outcome: Outcome
) -> None:
    registers(mode, path="/lgsp/api", **how)
    draft = begun(town)
    assert outcomes() == [outcome]
    assert (draft.answers, draft.origins) == ({}, {})
    shown = page(town)
    assert "Cơ sở dữ liệu dân cư" in shown
    assert "tự điền" in shown
    assert ("Hỏi lại" in shown) is (outcome is not Outcome.WRONG_PERSON)
    assert "chưa điền" not in page(town, "khac"), "told only where it matters"


def test_asking_again_keeps_what_was_typed_and_fills_the_rest(
    town: Town, registers: Fault, platform: serve.Running
) -> None:
    registers("error", path="/lgsp/api", status=500, times=1)
    begun(town)
    answer = town.browser.post(f"{town.root}phan/toi/", {"dan_toc": "Khmer", "hoi_lai": "1"})
    assert answer["Location"] == f"{town.root}phan/toi/"
    draft = Draft.objects.get()
    assert (draft.answers["dan_toc"], draft.answers["gioi"]) == ("Khmer", "nam")
    assert set(draft.origins) == {"gioi"}
    assert "Hỏi lại" not in page(town)
    assert outcomes() == [Outcome.UNANSWERED, Outcome.ANSWERED]


def test_a_slow_register_is_waited_for_only_so_long_and_then_left_alone(
    town: Town, registers: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUTS", http.Timeouts(connect=0.5, read=0.1, total=0.1))
    registers("timeout", path="/lgsp/api", seconds=1)
    begun(town)
    for _again in range(3):
        town.browser.post(f"{town.root}phan/toi/", {"hoi_lai": "1"})
    assert outcomes() == [Outcome.UNANSWERED] * 4
    taken = [one.ended_at - one.asked_at for one in Question.objects.order_by("asked_at") if one.ended_at]
    assert taken[0] > timedelta(seconds=0.09)
    assert taken[3] < timedelta(seconds=0.05), "the breaker answers at once"


def test_an_answer_to_another_question_or_one_that_came_twice(
    town: Town, registers: Fault, platform: serve.Running
) -> None:
    registers("duplicate", path="/lgsp/api", times=1)
    begun(town)
    assert outcomes() == [Outcome.ANSWERED]
    Draft.objects.all().delete()
    registers("replayed", path="/lgsp/api")
    assert begun(town).answers == {}
    assert outcomes()[-1] == Outcome.WRONG_PERSON


def test_a_token_that_ended_early_is_asked_anew(town: Town, registers: Fault) -> None:
    transport._tokens[(settings.LGSP.url, settings.LGSP.client_id)] = ("old", SENT + timedelta(days=9999))
    begun(town)
    assert outcomes() == [Outcome.ANSWERED]


def test_wrong_credentials_are_said_to_be_a_refusal(town: Town, registers: Fault) -> None:
    settings.LGSP = type(settings.LGSP)(settings.LGSP.url, "x", "y", "z")
    begun(town)
    assert outcomes() == [Outcome.REFUSED]


def test_nobody_is_asked_about_with_a_low_e_id_or_without_a_platform(town: Town, registers: Fault) -> None:
    Person.objects.update(assurance_level=1)
    begun(town)
    Draft.objects.all().delete()
    Person.objects.update(assurance_level=2)
    settings.LGSP = type(settings.LGSP)("", "", "", "")
    assert begun(town).answers == {}
    assert not Question.objects.exists()
    assert "tự điền" not in page(town)


def test_a_child_only_with_a_proven_relation_and_by_its_own_parent(town: Town, registers: Fault) -> None:
    me = nguoi_bien()
    assert me.id
    child = Represented("Nguyễn Thị Ngọc Lan", "091312004521", date(2012, 5, 9))
    relation = identity.declare(agent=me.id, capacity=Capacity.CHILD, represented=child, by=me, at=SENT)
    begun(town, str(relation))
    assert not Question.objects.exists(), "declared is not proven"
    identity.vouch(relation_id=relation, by=SYSTEM, at=SENT)
    town.browser.post(f"{town.root}cho-ai/", {"cho": "toi"})
    town.browser.post(f"{town.root}cho-ai/", {"cho": str(relation)})
    draft = Draft.objects.get()
    assert draft.answers["me"]["ho_ten"] == "Lê Thị Thu"
    assert draft.answers["gioi"] == "nu"
    view = identity.relation(relation, at=SENT)
    assert view
    looks, _more = identity.looks_at(view.represented.id, at=SENT + timedelta(days=9999))
    assert [one.subject_id for one in looks] == [draft.id], "the child's own trace"
    assert "về Nguyễn Thị Ngọc Lan" in town.browser.get("/tai-khoan/ai-da-xem/").content.decode()
    assert [*Question.objects.order_by("asked_at", "id").values_list("about_id", flat=True)] == [
        me.id, view.represented.id
    ]  # fmt: skip


def test_a_grantor_is_never_asked_about(town: Town, registers: Fault) -> None:
    other = people.person("Lê Thị Thu", personal_id="091181006630")
    me = nguoi_bien()
    assert other.id
    assert me.id
    relation = identity.grant_proxy(
        grantor=other.id, agent_name=me.name, agent_number="091078004512", scope=[],
        valid_from=date(2026, 3, 2), valid_to=date(2027, 3, 2), by=other, at=SENT,
    )  # fmt: skip
    identity.accept_relation(relation_id=relation, by=me, at=SENT)
    begun(town, str(relation))
    assert not Question.objects.exists()


def test_an_account_that_asks_too_often_is_not_asked_for(town: Town, registers: Fault) -> None:
    draft = begun(town)
    kept = Question.objects.get()
    for _one in range(39):
        kept.pk = new_id()
        kept.filing_id = new_id()
        kept.save(force_insert=True)
    Draft.objects.all().delete()
    assert begun(town).answers == {}
    assert Question.objects.filter(filing_id=draft.id).count() == 1


def test_an_organisation_is_filled_by_the_register_of_enterprises(town: Town, registers: Fault) -> None:
    me = nguoi_bien()
    assert me.id
    company = identity.register_organisation(
        tax_code="1702456797", name="Công ty TNHH Nước mắm Mỹ Duyên", by=SYSTEM, at=SENT
    )
    identity.represent(person_id=me.id, organisation_id=company, by=SYSTEM, at=SENT)
    draft = begun(town, str(_of(me.id, company)))
    assert draft.answers["cong_ty"]["ten"] == "CÔNG TY TNHH NƯỚC MẮM MỸ DUYÊN"
    assert draft.origins["cong_ty.ten"] == "Lấy từ đăng ký doanh nghiệp"
    assert outcomes() == [Outcome.ANSWERED]


def _of(person: UUID, company: UUID) -> UUID:
    found = identity.relations_of(person, name="", at=SENT + timedelta(days=300))
    return next(one.id for one in found if one.represented.id == company)


def test_no_register_is_asked_while_a_transaction_is_open(registers: Fault) -> None:
    with pytest.raises(http.TransactionOpen), transaction.atomic():
        transport.carry("/apiCSDLDKDN/chiTietDoanhNghiep", query={"msdn": "1702456797"}, at=SENT)


def test_constraints_hold() -> None:
    facts: dict[str, Any] = {
        "register": "population", "filing_id": new_id(), "procedure": "1", "about_kind": "person",
        "about_id": new_id(), "asked_by_id": new_id(), "facts": ["gender"],
        "ground": "Luật", "asked_at": SENT,
    }  # fmt: skip
    Question.objects.create(**facts)
    refused("question_one_under_way", lambda: Question.objects.create(**facts))
    ended = {**facts, "ended_at": SENT}
    refused("question_known_outcome", lambda: Question.objects.create(**ended, outcome="x"))
    refused("question_ends_with_an_outcome", lambda: Question.objects.create(**ended))
    refused(
        "question_ends_with_an_outcome",
        lambda: Question.objects.create(**{**ended, "ended_at": SENT - timedelta(1)}, outcome="answered"),
    )
    refused(
        "question_says_why", lambda: Question.objects.create(**{**ended, "facts": []}, outcome="answered")
    )
