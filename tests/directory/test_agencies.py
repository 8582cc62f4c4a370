from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tinhso.directory import api
from tinhso.directory.models import Unit
from tinhso.foundation import events
from tinhso.foundation.refs import SYSTEM, CalendarRef

NOW, IN_2022 = date(2026, 11, 24), date(2022, 4, 5)
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_every_commune_of_today_has_its_committee_with_all_units(province: datetime) -> None:
    communes = api.agencies(NOW, level=api.AgencyLevel.COMMUNE)

    assert len(communes) == 102
    kinds = [{unit.kind for unit in api.units_of(commune.id, NOW)} for commune in communes[:3]]
    assert all(kind == set(api.UnitKind) for kind in kinds)
    assert len(api.units_of_kind(api.UnitKind.ONE_STOP, NOW)) == 102 + 14 + 1


def test_the_ward_of_rach_gia_is_found_by_code_and_day(province: datetime) -> None:
    ward = api.agency("ubnd-30742", NOW)

    assert ward.name == "UBND phường Rạch Giá"
    assert ward.calendar == CalendarRef("an-giang")
    assert api.agency("ubnd-30742", IN_2022).name == "UBND phường Vĩnh Bảo"
    (desk,) = api.units_of(ward.id, NOW, api.UnitKind.ONE_STOP)
    assert api.names([ward.id, desk.id]) == {ward.id: ward.name, desk.id: desk.name}
    assert api.unit(desk.id) == desk


def test_an_agency_nobody_knows_is_said_so(province: datetime) -> None:
    with pytest.raises(api.UnknownAgency, match="Hãy chọn lại"):
        api.agency("ubnd-00000", NOW)


def test_an_old_identifier_and_a_new_one_name_the_same_agency(province: datetime) -> None:
    former = api.agency("so-xay-dung-kien-giang", IN_2022)
    old = api.identifier_of(former.id, api.IdentifierScheme.QCVN_102, IN_2022)
    new = api.identifier_of(former.id, api.IdentifierScheme.QD_20_2020, IN_2022)

    assert old
    assert new
    assert (old.value, new.value) == ("000.00.12.H33", "H33.12")
    assert not old.verified
    assert api.identifier_of(former.id, api.IdentifierScheme.QD_20_2020, NOW) is None


@pytest.mark.parametrize("value", ["000.00.12.H33", "H33.12"])
def test_mail_to_a_dissolved_agency_reaches_its_successor(province: datetime, value: str) -> None:
    assert [found.code for found in api.agencies_of_identifier(value, IN_2022)] == ["so-xay-dung-kien-giang"]
    assert [found.code for found in api.agencies_of_identifier(value, NOW)] == ["so-xay-dung"]
    assert api.agencies_of_identifier("X99.99", NOW) == ()


def test_a_committee_went_the_way_of_its_territory(province: datetime) -> None:
    old = api.agency("ubnd-30733", IN_2022)

    assert [found.name for found in api.agency_successors(old.id, NOW)] == ["UBND phường Rạch Giá"]


def test_an_agency_begins_is_identified_anew_and_ends_with_its_units(province: datetime) -> None:
    told: list[api.AgencyDissolved] = []
    events.subscribe(api.AgencyDissolved)(told.append)
    heir = api.agency("so-noi-vu", NOW)
    agency_id = api.establish(
        code="ban-thu",
        name="Ban Thử nghiệm",
        short_name="Ban Thử",
        level=api.AgencyLevel.PROVINCE,
        kind=api.AgencyKind.DEPARTMENT,
        calendar=CalendarRef("an-giang"),
        valid_from=date(2026, 1, 1),
        legal_basis="Quyết định thử",
        by=SYSTEM,
        at=AT,
    )
    unit_id = api.establish_unit(
        agency_id=agency_id,
        code="mot-cua",
        name="Một cửa",
        kind=api.UnitKind.ONE_STOP,
        valid_from=date(2026, 1, 1),
        by=SYSTEM,
        at=AT,
    )
    for value, day in (("H01.90", date(2026, 1, 1)), ("H01.91", date(2026, 6, 1))):
        api.identify(
            agency_id=agency_id,
            scheme=api.IdentifierScheme.QD_20_2020,
            value=value,
            verified=False,
            valid_from=day,
            by=SYSTEM,
            at=AT,
        )
    first = api.identifier_of(agency_id, api.IdentifierScheme.QD_20_2020, date(2026, 5, 31))
    then = api.identifier_of(agency_id, api.IdentifierScheme.QD_20_2020, date(2026, 6, 1))
    assert first
    assert then
    assert (first.value, then.value) == ("H01.90", "H01.91")

    api.dissolve(
        agency_id=agency_id,
        successors=[heir.id],
        effective_date=date(2026, 10, 1),
        legal_basis="Quyết định thử",
        by=SYSTEM,
        at=AT,
    )

    assert Unit.objects.get(id=unit_id).valid_to == date(2026, 10, 1)
    assert api.agency_successors(agency_id, NOW) == (heir,)
    assert told == [api.AgencyDissolved(agency_id, (heir.id,), date(2026, 10, 1))]
    with pytest.raises(api.UnknownAgency):
        api.dissolve(
            agency_id=agency_id,
            successors=[],
            effective_date=date(2026, 11, 1),
            legal_basis="",
            by=SYSTEM,
            at=AT,
        )


def test_the_next_reorganisation_is_an_ordinary_act(province: datetime) -> None:
    told: list[api.TerritoriesReorganised] = []
    events.subscribe(api.TerritoriesReorganised)(told.append)
    province_id = api.territory("91", NOW).id
    one, other = api.territory("30742", NOW), api.territory("30760", NOW)
    day = date(2027, 1, 1)
    (made,) = api.reorganise(
        effective_date=day,
        new=[
            api.NewTerritory(
                code="30742",
                name="Phường Rạch Giá Mới",
                kind=api.TerritoryKind.WARD,
                parent_id=province_id,
                from_ids=(one.id, other.id),
            )
        ],
        legal_basis="Nghị quyết thử",
        by=SYSTEM,
        at=AT,
    )

    assert api.territory("30742", date(2026, 12, 31)).id == one.id
    assert api.territory("30742", day).id == made
    assert [found.id for found in api.successors(other.id, day)] == [made]
    assert {change.kind for change in api.changes_into([made])} == {api.ChangeKind.MERGE}
    assert len(told[0].changes) == 2


def test_what_no_longer_stands_cannot_be_reorganised(province: datetime) -> None:
    old = api.territory("30742", IN_2022)
    with pytest.raises(api.CannotReorganise, match="01/01/2027"):
        api.reorganise(
            effective_date=date(2027, 1, 1),
            new=[],
            abolished=[old.id],
            legal_basis="",
            by=SYSTEM,
            at=AT,
        )
