"""Plain forms and processes: sound for whatever a catalogue says, shared by many, laid in bulk."""

from __future__ import annotations

import gzip
import itertools
from datetime import timedelta

import orjson
import pytest
from click.testing import CliRunner
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.procedures.making import AT
from tests.procedures.test_recovered import RECORDS
from tinhso.config.house import load_catalogue
from tinhso.forms import api as forms
from tinhso.forms.models import FormVersion
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api, synthetic
from tinhso.procedures.api import ApplicantKind, Content, OnlineLevel, PaperAsked, Term, Unit
from tinhso.procedures.importer import reading
from tinhso.procedures.importer.recover import recover
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.operations.importing import import_records
from tinhso.procedures.plain import AT_ONCE, EXAMINED, FORM, form_code, plain_form, plain_process
from tinhso.workflow import api as workflow

KINDS = st.lists(st.sampled_from(ApplicantKind), max_size=4).map(tuple)
CASES = st.lists(st.text(max_size=200), max_size=34)


@settings(max_examples=25)
@given(KINDS, CASES)
def test_a_plain_form_is_sound_whatever_the_catalogue_says(
    kinds: tuple[ApplicantKind, ...], cases: list[str]
) -> None:
    papers = tuple(PaperAsked(code=f"p{place}", name="x", case=case) for place, case in enumerate(cases))
    content = Content(name="x", sector="y", applicant_kinds=kinds, papers=papers)
    assert forms.unsound(plain_form(content)) == ()


@pytest.mark.skipif(not RECORDS.exists(), reason="the crawled catalogue is not on this machine")
def test_the_forms_of_the_true_catalogue_are_sound_and_shared() -> None:
    with gzip.open(RECORDS, "rb") as lines:
        contents = [recover(reading.record(line)).content for line in itertools.islice(lines, 200)]
    forms_of = {form_code(definition): definition for definition in map(plain_form, contents)}
    assert all(forms.unsound(definition) == () for definition in forms_of.values())
    assert len(forms_of) < len(contents) / 2


def test_who_files_decides_what_is_asked() -> None:
    def pages(*kinds: ApplicantKind) -> list[str]:
        form = plain_form(Content(name="x", sector="y", applicant_kinds=kinds))
        return [page["name"] for page in form["pages"]]

    assert pages(ApplicantKind.CITIZEN)[:1] == ["ca-nhan"]
    assert pages(ApplicantKind.ENTERPRISE)[:1] == ["to-chuc"]
    assert pages(ApplicantKind.CITIZEN, ApplicantKind.COOPERATIVE)[:3] == ["loai", "ca-nhan", "to-chuc"]
    assert pages()[:3] == ["loai", "ca-nhan", "to-chuc"]


def test_answers_to_a_plain_form_are_judged() -> None:
    papers = (
        PaperAsked(code="a", name="x", case="1. Cấp mới:"),
        PaperAsked(code="b", name="y", case="Cấp lại"),
    )
    form = plain_form(Content(name="x", sector="y", applicant_kinds=(ApplicantKind.CITIZEN,), papers=papers))
    options = next(page for page in form["pages"] if page["name"] == "truong-hop")["fields"][0]["options"]
    assert [one["label"] for one in options] == ["Cấp mới", "Cấp lại", "Không thuộc trường hợp nào ở trên"]
    answers = {
        "nguoi": {"ho_ten": "Danh Sóc Kha", "ngay_sinh": "1990-01-01", "so_dinh_danh": "091090000123"},
        "truong_hop": ["truong_hop_2"],
        "noi_dung": "Cấp lại giấy bị mất",
        "lien_he": {"dien_thoai": "0912345678"},
        "cam_doan": True,
    }
    assert forms.tried(form, answers, at=AT).faults == {}
    assert set(forms.tried(form, {**answers, "truong_hop": []}, at=AT).faults) == {"truong_hop"}


def test_the_process_follows_the_term() -> None:
    def process(term: Term | None) -> str:
        return plain_process(Content(name="x", sector="y", term=term))

    assert [process(Term(4, Unit.HOUR)), process(Term(1, Unit.WORKING_DAY))] == [AT_ONCE, AT_ONCE]
    assert [process(Term(5, Unit.WORKING_DAY)), process(Term(1, Unit.MONTH)), process(None)] == [EXAMINED] * 3
    assert {AT_ONCE, EXAMINED} <= set(workflow.GALLERY)


def test_the_made_up_catalogue_is_the_same_each_time_and_says_so() -> None:
    records = list(synthetic.records(synthetic.COUNT))
    assert records == list(synthetic.records(synthetic.COUNT))
    assert len({one["ma_thu_tuc"] for one in records}) == len({one["ten_thu_tuc"] for one in records}) == 1977
    assert all(
        one["ten_thu_tuc"].startswith("Giả lập: ") and "giả lập" in one["loai_thu_tuc"] for one in records
    )
    found = [recover(reading.record(orjson.dumps(one))).content for one in records[:300]]
    assert all(one.papers and one.channels and one.term and one.results and one.legal_bases for one in found)
    assert any(paper.case for one in found for paper in one.papers)
    assert len({one.sector for one in found}) == len(synthetic.SUBJECTS)


@pytest.mark.django_db
def test_every_imported_procedure_has_a_form_and_a_process_and_running_again_changes_nothing() -> None:
    first = CliRunner().invoke(load_catalogue, ["--count", "40"])
    assert "40 mới" in first.output, first.output
    versions = ProcedureVersion.objects.all()
    assert versions.count() == versions.exclude(form_version_id=None).count() == 40
    assert 1 < FormVersion.objects.filter(code__startswith=FORM).count() < 20
    view = api.published(code="GL.000001", at=AT + timedelta(days=30))
    assert view.process_version_id is not None
    assert workflow.process(view.process_version_id).key == view.process_key
    assert "40 như cũ" in CliRunner().invoke(load_catalogue, ["--count", "40"]).output


@pytest.mark.django_db
def test_a_procedure_without_online_channel_is_not_filed_online_though_it_has_a_form() -> None:
    records = [recover(reading.record(orjson.dumps(one))) for one in synthetic.records(40)]
    import_records(records=records, by=SYSTEM, at=AT)
    online = next(one for one in records if one.content.online_level is OnlineLevel.PARTIAL)
    counter = next(one for one in records if one.content.online_level is OnlineLevel.INFORMATION)
    lines = {line.code: line.fileable for line in api.by_codes([online.code, counter.code], at=AT)}
    assert lines == {online.code: True, counter.code: False}
    assert api.published(code=counter.code, at=AT).form_version_id is not None
    browser = Client()
    assert "Bắt đầu nộp" in browser.get(f"/thu-tuc/{online.code}/").content.decode()
    assert "Bắt đầu nộp" not in browser.get(f"/thu-tuc/{counter.code}/").content.decode()
    assert browser.get(f"/nop/{counter.code}/")["Location"] == f"/thu-tuc/{counter.code}/"
    assert api.fileable(at=AT) == ()
