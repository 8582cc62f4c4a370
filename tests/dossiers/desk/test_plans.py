"""What a list asks of the database is answered through an index, whatever view, filter or order."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import connection
from django.http import QueryDict

from tests.support.office import SENT, Office, filed, give_work, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries import choices, desks
from tinhso.dossiers.queries.narrowing import Filter, Walk, narrowed

pytestmark = pytest.mark.django_db
OFFICES, EACH = 10, 600
CHOICES = (
    "",
    "xep=cu",
    "xep=moi",
    "tt=submitted&tt=paused",
    "buoc=Thẩm+định&kenh=post",
    "giu=chua-ai",
    "han=tuan",
    "han=phan-tre",
    "han=bo-sung-tre",
    "han=mac-nhien",
    "nhan-tu=2026-11-01&loai=person",
    "q=khong+co+ai",
    "q=0912345678",
    "q=0301-0001",
)


PHASES = """
INSERT INTO dossiers_phase
    (dossier_id, key, name, visit, agency_id, amount, unit, begins_at, due_at, ended_at, words)
SELECT id, 'xa', 'Xã', 1, agency_id, 3, 'working_day', submitted_at, submitted_at, finished_at, '[]'
FROM dossiers_dossier WHERE agency_id = %s
"""
REQUESTS = """
INSERT INTO dossiers_supplement
    (id, dossier_id, asked_at, asked_by, answer_by, message, answered_at, ordinal, before_intake, beyond,
     again_because, unanswered)
SELECT uuidv7(), id, submitted_at, 'x', submitted_at + interval '30 days', '', finished_at, 1, false, false,
       '', finished_at IS NOT NULL
FROM dossiers_dossier WHERE agency_id = %s
"""


def lay(place: Office, *, each: int = EACH) -> None:
    """Copies of the office's dossier: one in twelve open, spread over two units, holders and a year."""
    varied = {
        "id": "uuidv7()",
        "code": "told.code || '-' || g",
        "submitted_at": "told.submitted_at - g * interval '9 hours'",
        "due_at": "told.submitted_at + (g * 7919 %% 9000 - 4500) * interval '1 minute'",
        "finished_at": "CASE WHEN g %% 12 = 0 THEN NULL ELSE told.submitted_at END",
        "status": "CASE WHEN g %% 12 = 0 THEN 'submitted' ELSE 'refused' END",
        "unit_id": f"CASE WHEN g %% 5 = 0 THEN told.unit_id ELSE '{place.specialist_unit}'::uuid END",
        "holder": "CASE WHEN g %% 12 > 0 OR g %% 7 = 0 THEN NULL ELSE uuidv7() END",
        "applicant_folded": "told.applicant_folded || g",
    }
    names = [field.attname for field in Dossier._meta.concrete_fields]
    made = ", ".join(varied.get(name, f"told.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({', '.join(names)}) SELECT {made}"  # noqa: S608 - our own words
            f" FROM dossiers_dossier AS told, generate_series(1, {each}) AS g WHERE told.agency_id = %s",
            [place.agency],
        )
        cursor.execute(PHASES, [place.agency])
        cursor.execute(REQUESTS, [place.agency])
    give_work()


def test_no_list_reads_the_whole_table() -> None:
    places = [office() for _each in range(OFFICES)]
    for place in places:
        filed(place)
        lay(place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier, dossiers_phase, dossiers_supplement")
    desk = desks.desk_of(places[3].intake, SENT)
    last = filed(places[3]).id
    slow = []
    for view, query in product(desks.VIEWS, CHOICES):
        narrow = desks.narrowed(view, desk, at=SENT, choice=choices.read(QueryDict(query)))
        walk, rows = Walk(narrow), narrowed(narrow)
        for asked in (
            rows.order_by(*walk.forwards()),
            rows.filter(walk.after(SENT, last)).order_by(*walk.forwards()),
            rows.filter(walk.before(SENT, last)).order_by(*walk.backwards()),
        ):
            plan = asked.values("id", "code")[:51].explain()
            if "Seq Scan" in plan:
                slow.append(f"{view.word}?{query}\n{plan}")

    assert slow == []


def test_an_officers_own_open_work_comes_in_order_out_of_its_index() -> None:
    place = office()
    filed(place)
    lay(place)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE dossiers_dossier, dossiers_phase, dossiers_supplement")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    desk = desks.desk_of(place.intake, SENT)
    for view, index in ((desks.MINE, "dossier_open_of_holder"), (desks.UNIT, "dossier_open_of_unit")):
        narrow = desks.narrowed(view, desk, at=SENT)
        plan = narrowed(narrow).order_by(*Walk(narrow).forwards()).values("id", "code")[:51].explain()
        assert index in plan
        assert "Sort" not in plan


def test_a_search_reads_what_it_finds_and_not_the_history_of_the_agency() -> None:
    place = office()
    code = filed(place).code
    with connection.cursor() as cursor:
        lay(place, each=20_000)
        cursor.execute("ANALYZE dossiers_dossier, dossiers_phase, dossiers_supplement")
    searches = {
        "soc kha19999": "dossier_by_name",
        "kha1999 danh": "dossier_by_name",
        "091090000999": "dossier_by_person",
        "0912999999": "dossier_by_phone",
        f"{code}-7001": "dossiers_dossier_code",
        "01-17001": "dossier_by_tail",
    }
    for q, index in searches.items():
        narrow = Filter(agency=place.agency, q=q)
        asked = narrowed(narrow).order_by(*Walk(narrow).forwards()).values("id")[:51]
        plan = asked.explain(analyze=True, costs=False, timing=False)
        assert index in plan, f"{q}\n{plan}"
        assert "Seq Scan" not in plan
        assert "dossier_history_of_agency" not in plan, f"{q}\n{plan}"
