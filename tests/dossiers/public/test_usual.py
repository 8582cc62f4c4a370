"""How long dossiers of a procedure take: counted at night, published in working days where enough ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tests.support.office import SENT, Office, accepted, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier, MonthTime, Supplement, UsualTime
from tinhso.dossiers.operations import usual as counting
from tinhso.dossiers.operations import work
from tinhso.dossiers.queries.usual import published, taking, usual
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AT = SENT + 25 * DAY
"""A Friday. Dossiers are sent on Monday 2/3/2026 at nine; April has holidays, March has none."""


def returned(place: Office, *, days: list[int]) -> list[UUID]:
    """A finished dossier that took so many calendar days, for each."""
    found = []
    for taken in days:
        sent = filed(place)
        end = SENT + taken * DAY
        dossier = Dossier.objects.get(id=sent.id)
        work.finish(dossier, by=SYSTEM, at=end)
        dossier.status, dossier.role = "returned", ""
        dossier.accepted_at, dossier.finished_at, dossier.due_at = SENT, end, end
        dossier.closed_at = end
        dossier.save()
        found.append(sent.id)
    return found


def code_of(place: Office) -> str:
    return procedures.version(place.version).code


def test_nine_of_ten_count_in_working_days_and_the_slow_third_says_the_rest(law: None) -> None:
    place = office()
    returned(place, days=[1] * 10 + [7] * 8 + [17, 18])
    counting.count(at=AT)

    [whole, own] = UsualTime.objects.order_by("agency_id").filter(procedure=code_of(place)).reverse()
    assert {whole.agency_id, own.agency_id} == {None, place.agency}
    for row in (whole, own):
        assert (row.cases, row.days, row.fast, row.middle, row.slow) == (20, 5, 1, 5, 14)
    assert "9 trong 10 hồ sơ xong trong 5 ngày làm việc" in usual(code_of(place), at=AT)
    assert "20 hồ sơ, 30 ngày qua" in usual(code_of(place), at=AT)


def test_the_time_in_which_papers_were_awaited_is_not_counted(law: None) -> None:
    place = office()
    waiting, *_others = returned(place, days=[14, 1, 1])
    Supplement.objects.create(
        dossier_id=waiting, asked_at=SENT + DAY, answered_at=SENT + 11 * DAY, asked_by="Hoa",
        answer_by=SENT + 20 * DAY, message="Thiếu giấy",
    )  # fmt: skip
    counting.count(at=AT)
    row = UsualTime.objects.get(agency=None)
    assert row.slow == 10 - 8, "two weeks are ten working days, eight of which the person had the dossier"


def test_two_cases_open_ones_other_ends_and_old_ones_say_nothing(law: None) -> None:
    place = office()
    [one, _two, _three] = returned(place, days=[2] * 3)
    Dossier.objects.filter(id=one).update(status="withdrawn")
    filed(place)
    counting.count(at=AT)
    assert usual(code_of(place), at=AT) == ""
    assert published(code_of(place), at=AT).whole == ""

    Dossier.objects.filter(id=one).update(status="returned")
    assert counting.count(at=AT) == 2, "the province and the one agency"
    assert counting.count(at=AT + 60 * DAY) == 0
    assert usual("0.000000", at=AT) == ""


def test_agencies_have_their_own_time_where_they_have_enough(law: None) -> None:
    here = office()
    there = office()
    returned(here, days=[1, 1, 1])
    version = there.version
    Dossier.objects.filter(id__in=returned(there, days=[3, 3])).update(procedure_version_id=here.version)
    counting.count(at=AT)
    told = published(code_of(here), at=AT)
    assert "5 hồ sơ" in told.whole
    assert [words for _name, words in told.agencies] == ["9 trong 10 hồ sơ xong trong 1 ngày làm việc"]
    assert published(procedures.version(version).code, at=AT).agencies == ()


def test_a_part_of_a_day_counts_as_one_and_what_nothing_stands_behind_is_no_longer_said(law: None) -> None:
    place = office()
    returned(place, days=[0] * 3)
    said("cũ")
    jobs.count_usual_times.function()
    assert not UsualTime.objects.filter(procedure="cũ").exists()
    counting.count(at=AT)
    assert UsualTime.objects.get(agency=None).days == 1


def test_months_gone_by_are_kept_and_the_running_one_is_counted_anew(law: None) -> None:
    place = office()
    returned(place, days=[1, 2, 3])
    counting.count(at=SENT + 3 * DAY)
    march = MonthTime.objects.get(agency=None)
    assert (march.month, march.cases, float(march.mean)) == (date(2026, 3, 1), 3, 2.0)

    returned(place, days=[4])
    counting.count(at=AT)
    assert MonthTime.objects.get(agency=None).cases == 4
    MonthTime.objects.filter(month=date(2026, 3, 1)).update(cases=99)
    Dossier.objects.filter(id__in=returned(place, days=[7])).update(closed_at=SENT + 40 * DAY)
    counting.count(at=SENT + 41 * DAY)
    told = taking(code_of(place), agency=place.agency, at=SENT + 41 * DAY)
    assert [(month.month, cases) for month, cases, _mean in told.months] == [(4, 1), (3, 4)]
    counting.count(at=SENT + 42 * DAY)
    MonthTime.objects.filter(month=date(2026, 3, 1)).update(cases=99)
    counting.count(at=SENT + 43 * DAY)
    assert MonthTime.objects.get(agency=None, month=date(2026, 3, 1)).cases == 99


def said(procedure: str, *, agency: UUID | None = None) -> UsualTime:
    return UsualTime.objects.create(
        procedure=procedure, agency_id=agency, cases=25, days=3, fast=1, middle=2, slow=4, percent=90,
        counted_at=AT,
    )  # fmt: skip


def test_the_procedures_page_says_it_to_anyone(
    law: None, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = office()
    address = f"/thu-tuc/{code_of(place)}/"
    assert "chưa đủ hồ sơ xong để nói thời gian thực tế" in client.get(address).content.decode()
    said(code_of(place))
    said(code_of(place), agency=place.agency)
    with django_assert_max_num_queries(4):
        page = client.get(address).content.decode()
    assert "9 trong 10 hồ sơ xong trong 3 ngày làm việc" in page
    assert "Một phần ba chậm nhất: trong 4 ngày làm việc" in page
    assert "UBND phường Thử" in page


def test_the_persons_page_says_it_while_the_dossier_is_open(
    law: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = office()
    sent = filed(place)
    said(code_of(place))
    browser = people.client(place.citizen)
    with django_assert_max_num_queries(33):
        page = browser.get(f"/ho-so/{sent.code}/").content.decode()
    assert "9 trong 10 hồ sơ xong trong 3 ngày làm việc" in page


def test_heads_see_months_and_what_was_begun_of_one_procedure(law: None) -> None:
    place = office()
    code = code_of(place)
    accepted(place, at=SENT + DAY / 24)
    returned(place, days=[1, 2, 3])
    counting.count(at=AT)
    head = people.client(people.officer("supervisor", place.one_stop))
    plain = head.get("/can-bo/giam-sat/?ky=2026-03")
    assert plain.context["taking"] is None
    page = head.get(f"/can-bo/giam-sat/?ky=2026-03&thu-tuc={code}")
    assert page.context["taking"]["months"][0]["mean"] == "2,0"
    flows = {figure.key: figure.number for figure in page.context["flows"]}
    assert flows == {"begun": 4, "sent": 4, "accepted": 4, "handled": 3, "returned": 3}
    cases = page.context["taking"]["months"][0]["cases"]
    assert len(head.get(cases.href).context["lines"]) == cases.number == 3


def test_counting_costs_the_same_however_many_dossiers(
    law: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = office()
    returned(place, days=[1, 2, 3, 4, 5])
    counting.count(at=AT)
    with django_assert_max_num_queries(16):
        counting.count(at=AT)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"cases": 2}, "usual_time_of_something"),
        ({"fast": 0}, "usual_time_of_something"),
        ({"percent": 0}, "usual_time_percent_is_one"),
        ({"percent": 101}, "usual_time_percent_is_one"),
        ({"middle": 5}, "usual_time_thirds_in_order"),
        ({"days": 5}, "usual_time_thirds_in_order"),
        ({"procedure": "có rồi"}, "usual_time_once"),
    ],
)
def test_the_database_refuses_a_time_of_nothing(wrong: dict[str, Any], constraint: str) -> None:
    said("có rồi")
    values = {"procedure": "1", "cases": 3, "days": 2, "percent": 90, "counted_at": AT} | wrong
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        UsualTime.objects.create(**({"fast": 1, "middle": 2, "slow": 3} | values))


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"cases": 0}, "month_time_of_something"),
        ({"mean": -1}, "month_time_of_something"),
        ({"month": date(2026, 3, 2)}, "month_time_begins_a_month"),
        ({"procedure": "có rồi"}, "month_time_once"),
    ],
)
def test_the_database_refuses_a_month_of_nothing(wrong: dict[str, Any], constraint: str) -> None:
    values = {"procedure": "có rồi", "month": date(2026, 3, 1), "cases": 1, "mean": 1}
    MonthTime.objects.create(**values)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MonthTime.objects.create(**(values | {"procedure": "1"} | wrong))
