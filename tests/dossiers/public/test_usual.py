"""How long dossiers of a procedure usually take: counted at night, said only with enough cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tests.support.office import SENT, Office, filed, office
from tinhso.dossiers import jobs
from tinhso.dossiers.models import Dossier, UsualTime
from tinhso.dossiers.operations import usual as counting
from tinhso.dossiers.operations import work
from tinhso.dossiers.queries.usual import usual
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
AT = SENT + timedelta(days=60)


def returned(place: Office, *, days: list[int]) -> None:
    """A finished dossier that took so many days, for each."""
    for taken in days:
        sent = filed(place)
        end = SENT + timedelta(days=taken)
        dossier = Dossier.objects.get(id=sent.id)
        work.finish(dossier, by=SYSTEM, at=end)
        dossier.status, dossier.role = "returned", ""
        dossier.accepted_at, dossier.finished_at, dossier.due_at = SENT, end, end
        dossier.save()


def code_of(place: Office) -> str:
    return procedures.version(place.version).code


def test_nine_of_ten_dossiers_count_and_one_that_took_long_does_not(law: None) -> None:
    place = office()
    returned(place, days=[2] * 10 + [4] * 8 + [40, 41])
    assert counting.count(at=AT) == 1
    found = UsualTime.objects.get()
    assert (found.cases, found.days, found.percent) == (20, 4, 90)
    assert "90 % hồ sơ loại này xong trong 4 ngày" in usual(code_of(place), at=AT)
    assert "20 hồ sơ" in usual(code_of(place), at=AT)


def test_few_cases_open_ones_and_old_ones_say_nothing(law: None) -> None:
    place = office()
    returned(place, days=[2] * 19)
    filed(place)
    counting.count(at=AT)
    assert usual(code_of(place), at=AT) == ""
    assert counting.count(at=AT + timedelta(days=400)) == 0
    assert usual("0.000000", at=AT) == ""


def test_a_part_of_a_day_counts_as_one_and_the_job_counts_anew(law: None) -> None:
    place = office()
    returned(place, days=[0] * 20)
    UsualTime.objects.create(procedure="cũ", cases=1, days=1, percent=90, counted_at=AT)
    counting.count(at=AT)
    assert UsualTime.objects.get().days == 1


def test_the_nightly_job_counts_by_todays_clock(law: None) -> None:
    UsualTime.objects.create(procedure="cũ", cases=1, days=1, percent=90, counted_at=AT)
    jobs.count_usual_times.function()
    assert not UsualTime.objects.exists(), "what nothing recent stands behind is no longer said"


def test_the_persons_page_says_it_while_the_dossier_is_open(
    law: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = office()
    sent = filed(place)
    UsualTime.objects.create(procedure=code_of(place), cases=25, days=3, percent=90, counted_at=AT)
    browser = people.client(place.citizen)
    with django_assert_max_num_queries(33):
        page = browser.get(f"/ho-so/{sent.code}/").content.decode()
    assert "90 % hồ sơ loại này xong trong 3 ngày" in page


def test_counting_costs_the_same_however_many_dossiers(
    law: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = office()
    returned(place, days=[1, 2, 3, 4, 5])
    with django_assert_max_num_queries(9):
        counting.count(at=AT)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"cases": 0}, "usual_time_of_something"),
        ({"days": 0}, "usual_time_of_something"),
        ({"percent": 0}, "usual_time_percent_is_one"),
        ({"percent": 101}, "usual_time_percent_is_one"),
    ],
)
def test_the_database_refuses_a_time_of_nothing(wrong: dict[str, int], constraint: str) -> None:
    values = {"procedure": "1", "cases": 1, "days": 1, "percent": 90, "counted_at": AT} | wrong
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        UsualTime.objects.create(**values)
