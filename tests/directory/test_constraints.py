"""Tries to break every constraint of the directory's tables."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import models

from tests.support.constraints import refused
from tinhso.directory import api
from tinhso.directory.models import Agency, AgencyChange, AgencyIdentifier, Territory, TerritoryChange, Unit

DAY = date(2025, 7, 1)
QD, QCVN = api.IdentifierScheme.QD_20_2020, api.IdentifierScheme.QCVN_102

pytestmark = pytest.mark.django_db


def province_row() -> Territory:
    return Territory.objects.get(code="91", valid_from=DAY)


def territory(**changes: object) -> Territory:
    facts: dict[str, object] = {
        "code": "99999",
        "name": "Xã Thử",
        "short_name": "Thử",
        "search": " xa thu",
        "sort": "thu",
        "kind": "commune",
        "level": 3,
        "parent": province_row(),
        "valid_from": DAY,
    }
    return Territory.objects.create(**facts | changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("territory_one_per_code_and_day", {"code": "30742", "valid_from": date(2027, 1, 1)}),
        ("territory_period_has_a_day", {"valid_to": DAY}),
        ("territory_kind_fits_level", {"kind": "district"}),
        ("territory_below_province_has_parent", {"parent": None}),
        ("territory_has_code_and_name", {"code": ""}),
        ("territory_has_code_and_name", {"name": ""}),
        ("territory_within_parent_in_time", {"valid_from": date(2025, 6, 30)}),
    ],
)
def test_a_territory_that_cannot_be(province: datetime, constraint: str, changes: dict[str, object]) -> None:
    refused(constraint, lambda: territory(**changes))


def test_a_reused_code_is_welcome_once_it_is_free(province: datetime) -> None:
    territory(code="30736")


def test_a_whole_cannot_end_before_its_parts(province: datetime) -> None:
    refused(
        "territory_within_parent_in_time",
        lambda: Territory.objects.filter(code="91", valid_from=DAY).update(valid_to=date(2026, 1, 1)),
    )


def change(table: type[models.Model], **facts: object) -> object:
    return table._default_manager.create(effective_date=DAY, **facts)


def test_territory_changes_that_cannot_be(province: datetime) -> None:
    done = TerritoryChange.objects.filter(target__isnull=False).first()
    abolished = TerritoryChange.objects.filter(kind="abolish").first()
    assert done
    assert abolished
    old, new = done.origin, province_row()
    refused(
        "territory_change_once",
        lambda: change(TerritoryChange, origin=old, target=done.target, kind="merge"),
    )
    refused("territory_change_once", lambda: change(TerritoryChange, origin=abolished.origin, kind="abolish"))
    refused(
        "territory_change_has_target_unless_abolished",
        lambda: change(TerritoryChange, origin=old, target=None, kind="merge"),
    )
    refused(
        "territory_change_has_target_unless_abolished",
        lambda: change(TerritoryChange, origin=old, target=new, kind="abolish"),
    )
    refused(
        "territory_change_to_another", lambda: change(TerritoryChange, origin=old, target=old, kind="rename")
    )
    for share in (0, 1.5):
        refused(
            "territory_change_share_is_a_part",
            lambda share=share: change(TerritoryChange, origin=old, target=new, kind="split", share=share),
        )
    refused(
        "territory_change_on_the_last_day",
        lambda: change(TerritoryChange, origin=new, target=old, kind="rename"),
    )


def agency(**changes: object) -> Agency:
    facts: dict[str, object] = {
        "code": "thu",
        "name": "Ban Thử",
        "short_name": "Thử",
        "sort": "thu",
        "level": "province",
        "kind": "department",
        "calendar": "an-giang",
        "valid_from": DAY,
    }
    return Agency.objects.create(**facts | changes)


def test_agencies_that_cannot_be(province: datetime) -> None:
    former = Agency.objects.get(code="so-xay-dung-kien-giang")
    standing = Agency.objects.get(code="so-xay-dung")
    refused("agency_one_per_code_and_day", lambda: agency(code="so-xay-dung"))
    refused("agency_period_has_a_day", lambda: agency(valid_to=DAY))
    refused("agency_has_code_name_calendar", lambda: agency(calendar=""))
    refused("agency_not_its_own_parent", lambda: agency(id=former.id, parent_id=former.id, code="x"))
    refused("agency_within_parent_in_time", lambda: agency(parent=former))
    facts = {"origin": standing, "target": former, "kind": "merge"}
    refused("agency_change_on_the_last_day", lambda: change(AgencyChange, **facts))


def test_agency_changes_that_cannot_be(province: datetime) -> None:
    done = AgencyChange.objects.filter(target__isnull=False).first()
    assert done
    old, new = done.origin, Agency.objects.get(code="so-y-te")
    refused("agency_change_once", lambda: change(AgencyChange, origin=old, target=done.target, kind="merge"))
    refused(
        "agency_change_has_target_unless_abolished",
        lambda: change(AgencyChange, origin=old, target=new, kind="abolish"),
    )
    refused("agency_change_to_another", lambda: change(AgencyChange, origin=old, target=old, kind="merge"))


def unit(**changes: object) -> Unit:
    facts: dict[str, object] = {
        "agency": Agency.objects.get(code="so-y-te"),
        "code": "thu",
        "name": "Tổ thử",
        "kind": "specialist",
        "valid_from": DAY,
    }
    return Unit.objects.create(**facts | changes)


def test_units_that_cannot_be(province: datetime) -> None:
    refused("unit_one_per_code_and_day", lambda: unit(code="mot-cua"))
    refused("unit_period_has_a_day", lambda: unit(valid_to=DAY))
    refused("unit_has_code_and_name", lambda: unit(name=""))
    refused("unit_within_agency_in_time", lambda: unit(valid_from=date(2025, 6, 30)))


def identifier(**changes: object) -> AgencyIdentifier:
    facts: dict[str, object] = {
        "agency": Agency.objects.get(code="ubnd-30742", valid_to=None),
        "scheme": QCVN,
        "value": "000.00.99.H01",
        "verified": False,
        "valid_from": DAY,
    }
    return AgencyIdentifier.objects.create(**facts | changes)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("identifier_one_holder_a_day", {"value": "000.00.07.H01"}),
        ("identifier_one_per_agency_a_day", {"scheme": QD, "value": "H01.999"}),
        ("identifier_period_has_a_day", {"valid_to": DAY}),
        ("identifier_has_the_form_of_its_scheme", {"value": "H01.99"}),
        ("identifier_has_the_form_of_its_scheme", {"scheme": QD, "value": "000.00.99.H01"}),
        ("identifier_has_the_form_of_its_scheme", {"scheme": QD, "value": "H01" + ".12345" * 6}),
        ("identifier_within_agency_in_time", {"valid_from": date(2025, 6, 30)}),
    ],
)
def test_an_identifier_that_cannot_be(
    province: datetime, constraint: str, changes: dict[str, object]
) -> None:
    refused(constraint, lambda: identifier(**changes))
