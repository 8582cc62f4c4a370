"""Filters compose: what a list shows is what a careful clerk would pick by hand, whatever is chosen."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import people
from tests.support.office import Office, filed, give_work, office, procedure, submission
from tinhso.directory import api as directory
from tinhso.directory.models import Territory
from tinhso.directory.queries.known import KNOWN
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import OPEN, STANDING
from tinhso.dossiers.models import Dossier, Phase, Supplement
from tinhso.dossiers.operations import endings, work
from tinhso.dossiers.operations.submission import submit
from tinhso.dossiers.queries import choices, choosing, desks
from tinhso.dossiers.queries.choices import FACETS, ME, NOBODY, Choice
from tinhso.dossiers.queries.lists import count, neighbours, page
from tinhso.dossiers.queries.narrowing import Order
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ALIKE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def place() -> Office:
    return office()


def commune(name: str) -> UUID:
    """A commune that stands; its id."""
    KNOWN.changed()
    province = Territory.objects.filter(level=1).first() or Territory.objects.create(
        code="91",
        name="Tỉnh An Giang",
        short_name="An Giang",
        search=" an giang",
        sort="an giang",
        kind="province",
        level=1,
        valid_from=date(2025, 7, 1),
    )
    return Territory.objects.create(
        code=new_id().hex[-5:],
        name=f"Xã {name}",
        short_name=name,
        search=f" {name}",
        sort=name,
        kind="commune",
        level=3,
        parent=province,
        valid_from=date(2025, 7, 1),
    ).id


def many(place: Office, number: int, *, seed: int) -> list[Dossier]:
    """Random dossiers of an office that the constraints allow."""
    chance = random.Random(seed)
    silence = procedures.Deemed(outcome=procedures.DeemedOutcome.REFUSAL, ground="Điều 5")
    versions = [place.version, procedure(), procedure(deemed=silence)]
    communes = [None, commune("Đông"), commune("Tây")]
    assert place.intake.id is not None
    assert place.specialist.id is not None
    holders = [None, place.intake.id, place.specialist.id]
    rows = []
    for place_in_line in range(number):
        status = chance.choice(list(Status))
        sent = AT - timedelta(hours=chance.randrange(0, 400))
        due = sent + timedelta(hours=chance.randrange(1, 600)) if chance.random() < 0.9 else None
        accepted = status not in (Status.SUBMITTED, Status.PRE_SUPPLEMENT, Status.REFUSED, Status.WITHDRAWN)
        rows.append(
            Dossier(
                code=f"H01.{seed}-{place_in_line}",
                procedure_version_id=chance.choice(versions),
                agency_id=place.agency,
                unit_id=chance.choice([place.one_stop, place.specialist_unit]),
                applicant_kind=chance.choice(["person", "organisation"]),
                applicant_name="Danh Sóc Kha",
                applicant_folded="danh soc kha",
                applicant_territory_id=chance.choice(communes),
                via=chance.choice(["online", "counter", "post"]),
                status=status.value,
                step_name=chance.choice(["Tiếp nhận", "Thẩm định"]),
                role="intake_officer",
                holder=chance.choice(holders) if status in OPEN else None,
                submitted_at=sent,
                accepted_at=sent if accepted else None,
                due_at=due or (sent if accepted else None),
                stopped_since=sent if status in STANDING else None,
                finished_at=None if status in OPEN else AT,
                changed_at=sent,
            )
        )
    Dossier.objects.bulk_create(rows)
    Phase.objects.bulk_create(
        Phase(
            dossier=row, key="xa", name="Xã", agency_id=place.agency, amount=3, unit="working_day",
            begins_at=row.submitted_at, due_at=AT + timedelta(hours=chance.randrange(-99, 99)),
        )
        for row in chance.sample(rows, number // 2)
    )  # fmt: skip
    Supplement.objects.bulk_create(
        Supplement(
            dossier=row, asked_at=row.submitted_at, asked_by="x",
            answer_by=AT + timedelta(hours=chance.randrange(-99, 99)),
        )
        for row in chance.sample(rows, number // 2)
    )  # fmt: skip
    give_work()
    return rows


def put_back(dossier_id: UUID) -> None:
    """Into the unit's basket again."""
    dossier = Dossier.objects.get(id=dossier_id)
    work.move(dossier, unit_id=dossier.unit_id, holder=None)
    dossier.save()


def has(row: Dossier, word: str, *, briefs: dict[UUID, procedures.Brief]) -> str:
    """What a dossier has of a facet, told plainly."""
    brief = briefs[row.procedure_version_id]
    unheld = NOBODY if row.finished_at is None else ""
    return {
        "tt": row.status,
        "thu-tuc": brief.code,
        "linh-vuc": brief.sector,
        "buoc": row.step_name,
        "giu": str(row.holder) if row.holder else unheld,
        "don-vi": str(row.unit_id),
        "kenh": row.via,
        "xa": str(row.applicant_territory_id or ""),
        "loai": row.applicant_kind,
    }[word]


def fits(row: Dossier, choice: Choice, *, me: UUID, briefs: dict[UUID, procedures.Brief]) -> bool:
    """The same question as the list's, answered by hand."""
    for word, values in choice.picked:
        meant = [str(me) if value == ME else value for value in values]
        if has(row, word, briefs=briefs) not in meant:
            return False
    due = local(row.due_at).date() if row.due_at else None
    sent = local(row.submitted_at).date()
    within = (
        (choice.received_from is None or sent >= choice.received_from)
        and (choice.received_to is None or sent <= choice.received_to)
        and (choice.due_from is None or (due is not None and due >= choice.due_from))
        and (choice.due_to is None or (due is not None and due <= choice.due_to))
    )
    return within and _due_fits(row, choice.due)


def _due_fits(row: Dossier, word: str) -> bool:
    if not word:
        return True
    if word == "bo-sung-tre" and not row.finished_at:
        return Supplement.objects.filter(dossier=row, answer_by__lt=AT, answered_at=None).exists()
    if word == "phan-tre" and not row.finished_at and not row.stopped_since:
        return Phase.objects.filter(dossier=row, due_at__lt=AT).exists()
    if row.due_at is None or row.finished_at or row.stopped_since:
        return False
    if word == "tre":
        return row.due_at < AT
    if word == "mac-nhien":
        rule = procedures.version(row.procedure_version_id).deemed
        return rule is not None and row.status in ("accepted", "processing")
    days = {"hom-nay": 0, "ba-ngay": 3, "tuan": 7}[word]
    return row.due_at >= AT and local(row.due_at).date() <= local(AT).date() + timedelta(days=days)


DAYS = st.none() | st.dates(min_value=date(2026, 11, 5), max_value=date(2026, 12, 20))


@st.composite
def chosen(draw: st.DrawFn, values: dict[str, list[str]]) -> Choice:
    """Any choice out of values that occur."""
    picked = tuple(
        (word, tuple(sorted(draw(st.sets(st.sampled_from(found), max_size=3)))))
        for word, found in values.items()
        if draw(st.integers(0, 2)) == 0
    )
    return Choice(
        picked=tuple((word, found) for word, found in picked if found),
        due=draw(st.sampled_from(["", "", "", *choices.DUE])),
        received_from=draw(DAYS) if draw(st.booleans()) else None,
        received_to=draw(DAYS) if draw(st.integers(0, 3)) == 0 else None,
        due_from=draw(DAYS) if draw(st.integers(0, 3)) == 0 else None,
        due_to=draw(DAYS) if draw(st.integers(0, 3)) == 0 else None,
        order=draw(st.sampled_from(list(Order))),
    )


def test_filters_pick_what_a_clerk_would_pick_by_hand(place: Office) -> None:
    rows = many(place, 120, seed=7)
    assert place.intake.id is not None
    me = place.intake.id
    briefs = procedures.briefs({row.procedure_version_id for row in rows})
    values = {word: sorted({has(row, word, briefs=briefs) for row in rows} - {""}) for word in FACETS}
    values["giu"] += [ME]
    desk = desks.desk_of(place.intake, AT)

    @ALIKE
    @given(chosen(values), st.sampled_from([desks.AGENCY, desks.UNIT, desks.BASKET, desks.DONE]))
    def check(choice: Choice, view: desks.View) -> None:
        narrow = desks.narrowed(view, desk, at=AT, choice=choice)
        lies = {row.code for row in page(desks.base(view, desk, at=AT), limit=200).rows}
        wanted = {row.code for row in rows if row.code in lies and fits(row, choice, me=me, briefs=briefs)}

        listed = [row.code for row in page(narrow, limit=200).rows]
        assert set(listed) == wanted
        assert len(listed) == len(wanted) == count(narrow)
        assert _walked(narrow, limit=7) == listed
        for place_in_line, code in enumerate(listed[:3]):
            before, after = neighbours(narrow, beside=Dossier.objects.get(code=code).id)
            assert before == (listed[place_in_line - 1] if place_in_line else "")
            assert after == (listed[place_in_line + 1] if place_in_line + 1 < len(listed) else "")

        counted = choosing.counted(desks.base(view, desk, at=AT), choice, officer=me, at=AT)
        for word in FACETS:
            open_one = replace(choice, picked=tuple(pair for pair in choice.picked if pair[0] != word))
            truth = Counter(
                has(row, word, briefs=briefs)
                for row in rows
                if row.code in lies and fits(row, open_one, me=me, briefs=briefs)
            )
            told = {option.value: option.count for option in counted.options[word] if option.count}
            assert told == {value: number for value, number in truth.items() if value}

    check()


def _walked(narrow: Any, *, limit: int) -> list[str]:
    codes: list[str] = []
    after = ""
    while True:
        found = page(narrow, limit=limit, after=after)
        codes += [row.code for row in found.rows]
        after = found.after
        if not after:
            return codes


WORDS = {
    "tt": ["submitted", "done"],
    "thu-tuc": ["1.001193", "2.000815"],
    "linh-vuc": ["ho-tich"],
    "buoc": ["Thẩm định", "Tiếp nhận & trả"],
    "giu": [ME, NOBODY, "0192f0c1-0000-7000-8000-000000000001"],
    "kenh": ["online"],
    "xa": ["0192f0c1-0000-7000-8000-000000000002"],
    "loai": ["person"],
}


@settings(max_examples=100, deadline=None)
@given(chosen(WORDS), st.text(max_size=30))
def test_a_choice_is_its_address_and_comes_back_from_it(choice: Choice, q: str) -> None:
    choice = replace(choice, q=q.strip())
    address = QueryDict(mutable=True)
    for name, value in choice.pairs():
        address.appendlist(name, value)

    assert choices.read(QueryDict(address.urlencode())) == choice


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*FACETS, *choices.DAYS, "han", "xep", "q", "ds", "xem"]), st.text()))
def test_an_address_that_makes_no_sense_narrows_nothing_and_breaks_nothing(given_: dict[str, str]) -> None:
    address = QueryDict(mutable=True)
    address.update(given_)
    choice = choices.read(address)

    assert set(dict(choice.picked)) <= set(FACETS)
    assert (
        choices.read(QueryDict("&".join(f"{n}=zz" for n in ("tt", "xa", "kenh", "han-tu", "xep"))))
        == Choice()
    )


def test_a_choice_is_taken_back_value_by_value() -> None:
    choice = choices.read(QueryDict("tt=done&tt=paused&han=tre&nhan-tu=2026-11-01&q=kha&xep=cu"))

    assert choice.without("tt", "done").of("tt") == ("paused",)
    assert choice.without("tt").picked == ()
    left = choice
    for word in ("tt", "han", "nhan-tu", "nhan-den", "han-tu", "han-den", "q"):
        left = left.without(word)
    assert left == choice.without_all() == Choice(order=Order.OLDEST)
    assert choice.narrows
    assert not left.narrows


def test_the_list_says_what_narrows_it_and_how_to_take_it_away(place: Office) -> None:
    first, second = filed(place), filed(place)
    Dossier.objects.filter(id=first.id).update(applicant_territory_id=commune("Vĩnh Bình"))
    where = Dossier.objects.values_list("applicant_territory_id", flat=True).get(id=first.id)
    client = people.client(place.intake)

    narrowed = client.get(f"{LIST}?xem=don-vi&xa={where}&tt=submitted&tt=done").content.decode()

    assert first.code in narrowed
    assert second.code not in narrowed
    assert "Xã Vĩnh Bình" in narrowed
    assert '<a class="dk-chip" href="/can-bo/ho-so/?xem=don-vi&amp;tt=done&amp;tt=submitted">' in narrowed
    assert 'type="hidden" name="tt" value="done"' in narrowed
    assert '<a class="govuk-link" href="/can-bo/ho-so/?xem=don-vi">Xóa lọc</a>' in narrowed


def test_the_page_of_all_filters_offers_what_there_is_with_counts(place: Office) -> None:
    filed(place)
    taken = filed(place)
    put_back(taken.id)
    page_ = people.client(place.intake).get(f"{LIST}loc/?xem=don-vi&giu={NOBODY}").content.decode()

    assert f'name="giu" value="{NOBODY}" checked' in page_
    assert 'Chưa ai giữ <span class="ui-plain--grey">(1)</span>' in page_
    assert 'Lê Thị Hoa <span class="ui-plain--grey">(1)</span>' in page_
    assert 'Thử nghiệm <span class="ui-plain--grey">(1)</span>' in page_


def test_fifty_dossiers_cost_the_filter_page_no_more_questions_than_three(place: Office) -> None:
    many(place, 3, seed=1)
    client = people.client(place.intake)
    address = f"{LIST}loc/?xem=co-quan&tt=submitted&tt=done&giu={ME}"
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    many(place, 60, seed=2)
    client.get(address)
    with CaptureQueriesContext(connection) as lots:
        client.get(address)

    assert len(lots) == len(few) <= 24


def test_only_officers_who_list_dossiers_see_the_filters(place: Office) -> None:
    assert people.client(place.citizen).get(f"{LIST}loc/").status_code == 302
    administrator = people.officer("administrator", place.one_stop)
    assert people.client(administrator).get(f"{LIST}loc/").status_code == 403
    filed(place)
    elsewhere = people.client(office().intake).get(f"{LIST}loc/?xem=co-quan").content.decode()
    assert "Lê Thị Hoa <span" not in elsewhere


def test_a_commune_is_read_from_the_address_that_was_given(place: Office) -> None:
    lives = commune("Bình Tên Riêng")
    commune("Hai Nơi")
    commune("Hai Nơi")
    on = date(2026, 3, 2)
    for address in ("Ấp 1, xã bình  tên riêng, tỉnh An Giang", "BINH TEN RIENG", "tổ 2,Xã Bình Tên Riêng"):
        assert directory.commune_in(address, on) == lives
    for address in ("", "Ấp Bình Tên Riêng 2", "xã Hai Nơi", "Tỉnh An Giang"):
        assert directory.commune_in(address, on) is None

    given_ = submission(place)
    there = replace(given_, applicant=replace(given_.applicant, address="Ấp 1, xã Bình Tên Riêng"))
    code = submit(there, by=place.citizen, at=AT).code
    assert Dossier.objects.get(code=code).applicant_territory_id == lives
    assert "Xã Bình Tên Riêng" in people.client(place.intake).get(f"{LIST}?xem=don-vi").content.decode()


def test_originals_at_the_counter_are_flagged_and_stay_so_while_the_dossier_is_open(place: Office) -> None:
    dossier = filed(place)
    client = people.client(place.intake)
    assert "Bản gốc ở quầy" in client.get(f"{LIST}?xem=don-vi").content.decode()

    endings.withdraw(dossier_id=dossier.id, reason="Đổi ý", by=place.citizen, at=AT)
    assert "Bản gốc ở quầy" not in client.get(f"{LIST}?xem=co-quan").content.decode()
