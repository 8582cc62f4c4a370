"""Forms drawn by the components: typed words come back, faults stand on their fields, dates forgive."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.ui.api import DateField, Lateness, Unit, component, form_errors, form_field, form_fields
from tinhso.ui.attributes import attributes
from tinhso.ui.lateness import shown


class Birth(forms.Form):
    name = forms.CharField(
        label="Họ và tên", help_text="Như trong giấy tờ.", error_messages={"required": "Hãy nhập họ và tên."}
    )
    born = DateField(label="Ngày sinh")
    sex = forms.ChoiceField(label="Giới tính", choices=[("f", "Nữ"), ("m", "Nam")], widget=forms.RadioSelect)
    place = forms.ChoiceField(label="Nơi sinh", choices=[("", "—"), ("1", "Rạch Giá")])
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def filled(**changes: str) -> Birth:
    born = {"born-day": "27", "born-month": "3", "born-year": "2024"}
    typed = {"name": "PHỤNG ĐỢ", **born, "sex": "f", "place": "1"}
    return Birth({**typed, **changes})


def test_what_was_typed_comes_back() -> None:
    html = form_fields(filled(name='"><script>', note="<b>"))
    assert 'value="&quot;&gt;&lt;script&gt;"' in html
    assert "&lt;b&gt;</textarea>" in html
    assert 'value="27"' in html
    assert "checked" in html
    assert 'value="1" selected' in html


def test_a_fault_stands_on_its_field_and_once_in_the_summary() -> None:
    form = filled(name="")
    assert "Hãy nhập họ và tên." in form_field(form["name"])
    assert form_errors(form).count("Hãy nhập họ và tên.") == 1
    assert 'href="#id_name"' in form_errors(form)
    assert 'id="id_name"' in form_field(form["name"])


def test_nothing_is_said_to_be_wrong_before_sending() -> None:
    assert form_errors(Birth()) == ""
    assert "required" not in form_fields(Birth())


def test_what_need_not_be_filled_says_so() -> None:
    assert "Ghi chú (không bắt buộc)" in form_field(Birth()["note"])


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("27", "3", "2024"),
        ("27", "tháng 3", "2024"),
        ("27/3/2024", "", ""),
        ("2024-03-27", "", ""),
        (" 27 ", "03", "2024 "),
    ],
)
def test_a_date_is_understood_as_people_write_it(day: str, month: str, year: str) -> None:
    form = filled(**{"born-day": day, "born-month": month, "born-year": year})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == date(2024, 3, 27)


@pytest.mark.parametrize(
    ("day", "month", "year", "box"),
    [
        ("31", "2", "2024", "day"),
        ("x", "3", "2024", "day"),
        ("27", "ba", "2024", "month"),
        ("27", "3", "24", "year"),
        ("", "", "", "day"),
    ],
)
def test_the_summary_leads_to_the_box_that_is_wrong(day: str, month: str, year: str, box: str) -> None:
    form = filled(**{"born-day": day, "born-month": month, "born-year": year})
    assert not form.is_valid()
    assert f'href="#id_born-{box}"' in form_errors(form)
    assert f'id="id_born-{box}"' in form_field(form["born"])


@settings(deadline=None)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_every_date_comes_back_from_its_three_boxes(day: date) -> None:
    form = filled(**{"born-day": str(day.day), "born-month": str(day.month), "born-year": str(day.year)})
    assert form.is_valid()
    assert form.cleaned_data["born"] == day


@settings(deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_text_breaks_a_date(day: str, month: str, year: str) -> None:
    form = filled(**{"born-day": day, "born-month": month, "born-year": year})
    form.is_valid()
    form_fields(form)


@settings(deadline=None)
@given(st.text(), st.text())
def test_no_text_leaves_its_place_in_a_component(label: str, value: str) -> None:
    html = component("input", name="a", label=label, value=value)
    assert html.count("<input") == 1
    assert "<script" not in html


@pytest.mark.parametrize("name", ["style", "onclick"])
def test_styles_and_handlers_in_pages_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="belong in web"):
        attributes({name: "x"})


@pytest.mark.parametrize(
    ("standing", "facts", "words"),
    [
        (Lateness.LATE, {"amount": 2}, "Trễ 2 ngày"),
        (Lateness.LATE, {"amount": 3, "unit": Unit.HOUR}, "Trễ 3 giờ"),
        (Lateness.TODAY, {"at": "16:00"}, "Hôm nay 16:00"),
        (Lateness.SOON, {"amount": 1}, "Còn 1 ngày"),
        (Lateness.AHEAD, {"amount": 6}, "Còn 6 ngày"),
        (Lateness.PAUSED, {"amount": 3}, "Dừng 3 ngày"),
    ],
)
def test_lateness_is_said_in_words(standing: Lateness, facts: dict[str, object], words: str) -> None:
    assert shown(standing, **facts).text == words  # type: ignore[arg-type]  # parameters of the case


def test_what_is_late_today_or_paused_has_a_shape_of_its_own() -> None:
    icons = {shown(standing).icon for standing in (Lateness.LATE, Lateness.TODAY, Lateness.PAUSED)}
    assert len(icons - {""}) == 3
