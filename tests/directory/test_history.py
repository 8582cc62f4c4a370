from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tinhso.directory import api, demo
from tinhso.directory.models import Agency, AgencyChange, Territory, TerritoryChange, Unit

NOW, IN_2022, IN_MAY_2025 = date(2026, 11, 24), date(2022, 4, 5), date(2025, 5, 5)
CHECKLIST = Path(__file__).parents[3] / "shared" / "data" / "wards_old_to_new.tsv"

pytestmark = pytest.mark.django_db


def communes_of_kien_giang(on: date) -> list[Territory]:
    return list(
        Territory.objects.filter(
            period__contains=on, level=api.TerritoryLevel.COMMUNE, parent__parent__name="Tỉnh Kiên Giang"
        )
    )


def test_an_giang_today_has_two_tiers_and_102_communes(province: datetime) -> None:
    an_giang = api.territory("91", NOW)
    communes = api.children(an_giang.id, NOW)

    assert an_giang.name == "Tỉnh An Giang"
    assert Counter(commune.kind for commune in communes) == {
        api.TerritoryKind.COMMUNE: 85,
        api.TerritoryKind.WARD: 14,
        api.TerritoryKind.SPECIAL_ZONE: 3,
    }


def test_kien_giang_of_2022_has_three_tiers(province: datetime) -> None:
    kien_giang = api.territory("91", IN_2022)
    communes = communes_of_kien_giang(IN_2022)

    assert kien_giang.name == "Tỉnh Kiên Giang"
    assert len(api.children(kien_giang.id, IN_2022)) == 15
    assert Counter(commune.kind for commune in communes) == {"commune": 116, "ward": 18, "township": 10}


def test_kien_giang_of_march_2025_has_one_ward_less(province: datetime) -> None:
    assert len(communes_of_kien_giang(date(2025, 2, 28))) == 144
    assert len(communes_of_kien_giang(date(2025, 3, 1))) == 143
    assert len(communes_of_kien_giang(date(2025, 6, 30))) == 143
    assert communes_of_kien_giang(date(2025, 7, 1)) == []


def test_every_commune_of_kien_giang_has_exactly_one_successor(province: datetime) -> None:
    ids = [commune.id for commune in communes_of_kien_giang(IN_MAY_2025)]
    targets = Counter(change.from_id for change in api.changes_from(ids))

    assert len(targets) == 143
    assert set(targets.values()) == {1}
    assert len({change.to_id for change in api.changes_from(ids)}) == 48


@pytest.mark.skipif(not CHECKLIST.exists(), reason=f"the checklist {CHECKLIST.name} is not on this machine")
def test_links_agree_with_the_published_table(province: datetime) -> None:
    with CHECKLIST.open(encoding="utf-8") as file:
        expected = {
            (row["old_ward_code"], row["new_ward_code"]) for row in csv.DictReader(file, delimiter="\t")
        }
    ids = {commune.id: commune.code for commune in communes_of_kien_giang(IN_MAY_2025)}
    changes = api.changes_from(ids)
    new = api.territories(change.to_id for change in changes if change.to_id)

    assert {(ids[c.from_id], new[c.to_id].code) for c in changes if c.to_id} == expected


def test_province_code_91_meant_kien_giang_before_july_2025(province: datetime) -> None:
    assert api.territory("91", date(2025, 6, 30)).name == "Tỉnh Kiên Giang"
    assert api.territory("91", date(2025, 7, 1)).name == "Tỉnh An Giang"
    with pytest.raises(api.UnknownTerritory, match="89"):
        api.territory("89", date(2025, 7, 1))


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("30742", "Phường Vĩnh Thanh Vân", "Phường Rạch Giá"),
        ("31078", "Phường Dương Đông", "Đặc khu Phú Quốc"),
        ("31108", "Xã Hòn Tre", "Đặc khu Kiên Hải"),
        ("31105", "Xã Thổ Châu", "Đặc khu Thổ Châu"),
    ],
)
def test_a_reused_code_means_what_it_meant_that_day(
    province: datetime, code: str, before: str, after: str
) -> None:
    assert api.territory(code, IN_MAY_2025).name == before
    assert api.territory(code, NOW).name == after


def test_one_code_had_three_holders(province: datetime) -> None:
    assert [api.territory("30742", day).name for day in (IN_2022, IN_MAY_2025, NOW)] == [
        "Phường Vĩnh Bảo",
        "Phường Vĩnh Thanh Vân",
        "Phường Rạch Giá",
    ]


def test_all_48_new_units_carry_the_code_of_an_old_one_and_26_under_another_name(province: datetime) -> None:
    ids = [commune.id for commune in communes_of_kien_giang(IN_MAY_2025)]
    new = api.territories(change.to_id for change in api.changes_from(ids) if change.to_id)
    old = {commune.code: commune.name for commune in communes_of_kien_giang(IN_MAY_2025)}

    assert all(territory.code in old for territory in new.values())
    assert sum(territory.name != old[territory.code] for territory in new.values()) == 26


def test_a_single_successor_may_change_its_type(province: datetime) -> None:
    (change,) = api.changes_from([api.territory("31105", IN_MAY_2025).id])

    assert change.kind is api.ChangeKind.RENAME
    assert change.effective_date == date(2025, 7, 1)
    assert change.legal_basis == "Nghị quyết 1654/NQ-UBTVQH15"


def test_six_communes_were_left_as_they_were(province: datetime) -> None:
    changes = TerritoryChange.objects.filter(kind=api.ChangeKind.TRANSFER).select_related("target")

    assert {change.target.name for change in changes if change.target} == {
        "Xã Mỹ Hòa Hưng",
        "Xã Bình Giang",
        "Xã Bình Sơn",
        "Xã Hòn Nghệ",
        "Xã Sơn Hải",
        "Xã Tiên Hải",
    }


def test_a_split_commune_has_several_successors(province: datetime) -> None:
    split = Territory.objects.get(name="Xã Phước Hưng", valid_to=date(2025, 7, 1))

    assert {found.name for found in api.successors(split.id, NOW)} == {
        "Xã An Phú",
        "Xã Nhơn Hội",
        "Xã Phú Hữu",
    }


def test_a_district_was_abolished_without_successor(province: datetime) -> None:
    district = api.territory("899", IN_MAY_2025)

    assert api.successors(district.id, NOW) == ()
    assert [change.kind for change in api.changes_from([district.id])] == [api.ChangeKind.ABOLISH]


def test_successors_are_followed_over_two_steps_and_back(province: datetime) -> None:
    vinh_bao = api.territory("30742", IN_2022)
    (rach_gia,) = api.successors(vinh_bao.id, NOW)

    assert rach_gia.name == "Phường Rạch Giá"
    assert [found.name for found in api.successors(vinh_bao.id, IN_MAY_2025)] == ["Phường Vĩnh Thanh Vân"]
    assert api.successors(rach_gia.id, NOW) == (rach_gia,)
    assert len(api.predecessors(rach_gia.id)) == 11


def test_loading_twice_changes_nothing(province: datetime) -> None:
    def count() -> list[int]:
        return [table.objects.count() for table in (Territory, TerritoryChange, Agency, AgencyChange, Unit)]

    before = count()
    demo.load(at=province)

    assert count() == before


@pytest.mark.parametrize(
    ("typed", "found", "former"),
    [
        ("Vĩnh Thanh Vân", "Phường Rạch Giá", "Phường Vĩnh Thanh Vân"),
        ("phuong vinh bao", "Phường Rạch Giá", "Phường Vĩnh Bảo"),
        ("rach gia", "Phường Rạch Giá", None),
        ("PHU QUOC", "Đặc khu Phú Quốc", None),
        ("duong dong", "Đặc khu Phú Quốc", "Phường Dương Đông"),
        ("vinh thanh rach gia", "Phường Rạch Giá", "Phường Vĩnh Thanh"),
        ("hoà lợi", "Xã Hòa Hưng", "Xã Hòa Lợi"),
    ],
)
def test_search_forgives_diacritics_and_knows_old_names(
    province: datetime, typed: str, found: str, former: str | None
) -> None:
    hit = api.search_territories(typed, NOW)[0]

    assert hit.territory.name == found
    assert (hit.former.name if hit.former else None) == former


def test_search_answers_for_the_day_asked(province: datetime) -> None:
    hits = api.search_territories("Phường Rạch Giá", IN_2022)
    assert [hit.territory.name for hit in hits] == ["Phường Rạch Sỏi"]
    assert [hit.territory.name for hit in api.search_territories("vinh thanh van", IN_2022)] == [
        "Phường Vĩnh Thanh Vân"
    ]


def test_search_of_nothing_finds_nothing(province: datetime) -> None:
    assert api.search_territories("  ,% ", NOW) == ()


def test_queries_do_not_grow_with_the_answer(province: datetime) -> None:
    for words in ("vinh thanh van", "xa", "an"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            api.search_territories(words, NOW)
        assert len(queries) == 3
    communes = api.children(api.territory("91", NOW).id, NOW)
    with CaptureQueriesContext(connection) as queries:
        assert len(api.names([commune.id for commune in communes])) == 102
    assert len(queries) == 1
