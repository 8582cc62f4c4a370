"""Views kept under a name, their digits, own columns, the split screen and the glance beside the list."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.office import Office, filed, give_work, office
from tinhso.dossiers.models import Dossier, ListHabit, SavedView, ViewKey
from tinhso.dossiers.operations import intake
from tinhso.dossiers.operations import views as keeping
from tinhso.dossiers.queries import views
from tinhso.dossiers.queries.desks import desk_of
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.foundation import moments
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.models import AuditEntry
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Look

pytestmark = pytest.mark.django_db
LIST = "/can-bo/ho-so/"
KEPT = f"{LIST}danh-muc/"
COLUMNS = f"{LIST}cot/"


@pytest.fixture
def place() -> Office:
    return office()


def keep(client: Client, query: str, *, name: str, **more: str) -> UUID:
    """Keep a list through the page; the view's id."""
    answer = client.post(f"{KEPT}luu/?{query}", {"ten": name, **more})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return UUID(answer["Location"].rpartition("ds=")[2])


def menu(client: Client, address: str = LIST) -> str:
    return client.get(address).content.decode().split('id="views"')[1].split("</nav>")[0]


def kept_by(actor: ActorRef, *, unit: UUID | None = None, name: str = "Của tôi") -> SavedView:
    assert actor.id is not None
    return SavedView.objects.create(
        name=name, officer=actor.id, unit_id=unit, query="xem=don-vi", kept_at=moments.now()
    )


def test_a_list_is_kept_with_its_filters_and_opened_by_its_digit_with_a_live_count(place: Office) -> None:
    client = people.client(place.intake)
    filed(place)
    taken = filed(place)
    intake.accept(dossier_id=taken.id, by=place.intake, at=moments.now())
    view = keep(client, "xem=co-quan&tt=submitted", name="  Chờ   tôi ", phim="1")
    open_view = keep(client, "xem=don-vi&tt=submitted&xep=cu", name="Cũ trước", phim="9")

    left = menu(client)

    assert f'href="/can-bo/ho-so/?xem=co-quan&amp;tt=submitted&amp;ds={view}" data-key="1"' in left
    assert "<span>Chờ tôi</span></a>" in left
    assert f'ds={open_view}" data-key="9"><span>Cũ trước</span><span class="ui-view__count">1</span>' in left
    assert '<a class="ui-view" href="/can-bo/ho-so/?xem=cua-toi"' in left
    assert left.count('data-key="1"') == 1

    filed(place)
    assert 'Cũ trước</span><span class="ui-view__count">2</span>' in menu(client)
    page = client.get(f"{LIST}?xem=don-vi&tt=submitted&xep=cu&ds={open_view}")
    assert '<h1 class="govuk-heading-l">Cũ trước</h1>' in page.content.decode()
    assert taken.code not in page.content.decode()
    assert "Lưu thay đổi vào danh mục này" not in page.content.decode()
    assert [e.act for e in AuditEntry.objects.filter(act="dossiers.keep_view")] == ["dossiers.keep_view"] * 2


def test_a_view_moved_away_from_can_be_kept_again_or_forgotten(place: Office) -> None:
    client = people.client(place.intake)
    view = keep(client, "xem=don-vi&tt=submitted", name="Chờ", phim="2")
    moved = f"xem=don-vi&ds={view}&tt=done"
    assert "Lưu thay đổi vào danh mục này" in client.get(f"{LIST}?{moved}").content.decode()

    client.post(f"{KEPT}{view}/luu-lai/?{moved}")
    assert SavedView.objects.get().query == "xem=don-vi&tt=done"

    client.post(f"{COLUMNS}?{moved}", {"thu-tu": ["han", "ma", "chu"], "cot": ["chu"]})
    client.post(f"{KEPT}{view}/xoa/")
    assert not SavedView.objects.exists()
    assert not ViewKey.objects.exists()
    assert not ListHabit.objects.exists()
    assert '<a class="ui-view" href="/can-bo/ho-so/?xem=gio" data-key="2">' in menu(client)
    assert client.get(f"{LIST}?{moved}").status_code == 200


def test_a_units_view_is_seen_by_its_unit_and_minded_by_its_maker_or_a_leader(place: Office) -> None:
    colleague = people.officer("intake_officer", place.one_stop)
    supervisor = people.officer("supervisor", place.one_stop)
    view = keep(
        people.client(place.intake), "xem=don-vi&kenh=online", name="Trực tuyến", cho=str(place.one_stop)
    )
    own = keep(people.client(place.intake), "xem=don-vi", name="Trực tuyến")

    theirs = people.client(colleague)
    assert f"ds={view}" in menu(theirs)
    assert f"ds={own}" not in menu(theirs)
    assert f"ds={view}" not in menu(people.client(place.specialist))
    assert f"ds={view}" not in menu(people.client(office().intake))

    assert theirs.post(f"{KEPT}{view}/phim/", {"phim": "3"}).status_code == 302
    assert 'data-key="3"><span>Trực tuyến' in menu(theirs)
    assert theirs.post(f"{KEPT}{view}/xoa/").status_code == 403
    assert theirs.post(f"{KEPT}{view}/luu-lai/?xem=gio").status_code == 403
    for address in (f"{KEPT}{own}/xoa/", f"{KEPT}{own}/phim/"):
        assert theirs.post(address, {"phim": "4"}).status_code == 404
    assert people.client(office().intake).post(f"{KEPT}{view}/xoa/").status_code == 404

    assert people.client(supervisor).post(f"{KEPT}{view}/xoa/").status_code == 302
    assert SavedView.objects.get().id == own


def test_columns_are_kept_only_for_a_view_the_officer_may_open(place: Office) -> None:
    own, shared = kept_by(place.intake), kept_by(place.intake, unit=place.one_stop, name="Chung")
    colleague = people.client(people.officer("intake_officer", place.one_stop))
    stranger = people.client(office().intake)

    def chosen(client: Client, view: UUID) -> int:
        sent = {"thu-tu": ["han", "ma", "chu"], "cot": ["chu"]}
        return client.post(f"{COLUMNS}?xem=don-vi&ds={view}", sent).status_code

    assert [chosen(colleague, own.id), chosen(stranger, shared.id), chosen(stranger, new_id())] == [404] * 3
    assert not ListHabit.objects.exists()
    assert [chosen(colleague, shared.id), chosen(people.client(place.intake), own.id)] == [302] * 2
    assert set(ListHabit.objects.values_list("place", flat=True)) == {str(own.id), str(shared.id)}


def test_a_view_for_a_unit_one_does_not_belong_to_is_refused(place: Office) -> None:
    client = people.client(place.intake)
    answer = client.post(f"{KEPT}luu/?xem=don-vi", {"ten": "Lạ", "cho": str(place.specialist_unit)})
    assert answer.status_code == 403
    assert "Anh/chị không thuộc đơn vị này." in answer.content.decode()
    assert not SavedView.objects.exists()


def test_a_name_that_is_missing_too_long_or_taken_is_told_at_its_field(place: Office) -> None:
    client = people.client(place.intake)
    keep(client, "xem=don-vi", name="Một")
    for name, sentence in (
        (" ", "Hãy đặt tên cho danh mục."),
        ("x" * 61, "Tên dài nhất 60 ký tự."),
        ("Một", "Anh/chị đã có một danh mục mang tên này."),
    ):
        answer = client.post(f"{KEPT}luu/?xem=don-vi", {"ten": name})
        assert answer.status_code in (409, 422)
        assert sentence in answer.content.decode()
    assert client.get(f"{KEPT}luu/?xem=don-vi").status_code == 200


def test_there_are_as_many_views_as_the_left_column_bears(place: Office) -> None:
    for number in range(views.MOST):
        kept_by(place.intake, name=f"Danh mục {number}")
    desk = desk_of(place.intake, moments.now())
    asked = {"query": "xem=gio", "columns": (), "unit": None, "desk": desk, "by": place.intake}

    with pytest.raises(Invalid, match="nhiều nhất"):
        keeping.keep(name="Thêm", at=moments.now(), **asked)  # type: ignore[arg-type]  # a plain dict
    with pytest.raises(NotAllowed):
        keeping.minded(kept_by(place.leader, unit=place.one_stop).id, desk=desk)
    with pytest.raises(NotFound):
        keeping.seen(kept_by(place.leader).id, desk=desk)
    with pytest.raises(Invalid):
        keeping.set_key(view_id=SavedView.objects.filter(officer=desk.officer)[0].id, key=10, desk=desk)


def test_a_digit_opens_one_view_and_a_view_has_one_digit(place: Office) -> None:
    first, second = kept_by(place.intake, name="a"), kept_by(place.intake, name="b")
    desk = desk_of(place.intake, moments.now())
    for view, key in ((first, 1), (first, 2), (second, 2), (first, 3)):
        keeping.set_key(view_id=view.id, key=key, desk=desk)
    assert dict(ViewKey.objects.values_list("view__name", "key")) == {"a": 3, "b": 2}
    keeping.set_key(view_id=first.id, key=None, desk=desk)
    assert dict(ViewKey.objects.values_list("view__name", "key")) == {"b": 2}


def test_ten_views_are_counted_in_as_many_questions_as_one(place: Office) -> None:
    client = people.client(place.intake)
    filed(place)
    kept_by(place.intake, name="một")
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(10):
        kept_by(place.intake, name=f"nhiều {number}")
    with CaptureQueriesContext(connection) as lots:
        left = menu(client)

    assert len(lots) == len(few)
    assert left.count("nhiều ") == 10
    for address in (KEPT, f"{KEPT}luu/?xem=don-vi", f"{COLUMNS}?xem=don-vi"):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 22, address


def test_counts_stop_where_they_are_told_to(place: Office) -> None:
    for _each in range(4):
        filed(place)
    lists = [Filter(agency=place.agency), Filter(agency=place.agency, finished_only=True)]
    assert views.counts(lists, most=3) == [3, 0]
    assert views.counts(lists * 6, most=10) == [4, 0] * 6
    assert views.counts([], most=3) == []


def test_columns_are_chosen_and_ordered_per_list_without_a_script(place: Office) -> None:
    client = people.client(place.intake)
    filed(place)
    order = ["han", "ma", "thu-tuc", "chu", "buoc", "giu", "nhan", "hen", "linh-vuc", "don-vi", "kenh"]
    shown = ["han", "ma", "chu", "linh-vuc"]

    moved = client.post(f"{COLUMNS}?xem=don-vi", {"thu-tu": order, "cot": shown, "len": "chu"})
    assert [item["column"].word for item in moved.context["columns"]][:4] == ["han", "ma", "chu", "thu-tuc"]
    assert [item["column"].word for item in moved.context["columns"] if item["shown"]] == shown
    assert not ListHabit.objects.exists()

    order = ["ma", "han", "linh-vuc", "chu", "la-lung"]
    assert client.post(f"{COLUMNS}?xem=don-vi", {"thu-tu": order, "cot": shown}).status_code == 302
    assert heads(client, "don-vi") == ["Mã", "Hạn", "Lĩnh vực", "Chủ hồ sơ"]
    assert heads(client, "cua-toi")[2] == "Thủ tục"
    assert heads(people.client(people.officer("intake_officer", place.one_stop)), "don-vi")[2] == "Thủ tục"

    view = keep(client, "xem=don-vi&tt=submitted", name="Cột riêng")
    client.post(f"{COLUMNS}?xem=don-vi", {"lai": "1"})
    assert heads(client, "don-vi")[2] == "Thủ tục"
    assert heads(client, f"don-vi&ds={view}") == ["Mã", "Hạn", "Lĩnh vực", "Chủ hồ sơ"]


def heads(client: Client, word: str) -> list[str]:
    page = client.get(f"{LIST}?xem={word}").content.decode()
    found = page.split("<thead>")[1].split("</thead>")[0].split("</th>")
    return [each.rpartition(">")[2] for each in found[1:-1]]


def test_the_deadline_and_the_code_are_always_shown(place: Office) -> None:
    filed(place)
    client = people.client(place.intake)
    client.post(f"{COLUMNS}?xem=don-vi", {"thu-tu": ["kenh"], "cot": ["kenh"]})
    assert heads(client, "don-vi") == ["Hạn", "Mã", "Kênh nộp"]


def test_the_split_is_remembered_for_the_person(place: Office) -> None:
    filed(place)
    client = people.client(place.intake)
    assert "data-beside" not in client.get(LIST).content.decode()
    answer = client.post(f"{LIST}chia-doi/?xem=don-vi&tt=submitted", {"chia": "1"})
    assert answer["Location"] == f"{LIST}?xem=don-vi&tt=submitted"
    assert "data-beside" in client.get(LIST).content.decode()
    assert "data-beside" in people.client(place.intake).get(f"{LIST}?xem=don-vi").content.decode()
    client.post(f"{LIST}chia-doi/", {"chia": "0"})
    assert "data-beside" not in client.get(LIST).content.decode()
    assert people.client(place.citizen).post(f"{LIST}chia-doi/").status_code == 302


def test_a_glance_shows_the_dossier_leaves_a_trace_and_keeps_the_lists_order(place: Office) -> None:
    first, second, third = filed(place), filed(place), filed(place)
    intake.accept(dossier_id=third.id, by=place.intake, at=moments.now())
    client = people.client(place.intake)
    before = Look.objects.count()
    address = f"{LIST}{second.code}/xem-nhanh/?xem=don-vi&tt=submitted&xep=cu"

    piece = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert piece.startswith('<article class="dk-glance__body"')
    assert "0912345678" in piece
    assert f'data-glance-to="{first.code}"' in piece
    assert third.code not in piece
    look = Look.objects.order_by("-id")[0]
    assert (Look.objects.count(), look.purpose) == (before + 1, "Xem nhanh hồ sơ")
    assert "<h1" in client.get(address).content.decode()
    assert people.client(office().intake).get(address).status_code == 404
    assert people.client(place.citizen).get(address).status_code == 302


def test_the_whole_list_is_offered_for_choosing_when_a_page_does_not_hold_it(place: Office) -> None:
    filed(place)
    client = people.client(place.intake)
    assert "data-bulk-whole" not in client.get(f"{LIST}?xem=don-vi").content.decode()
    sample = Dossier.objects.values().get()
    Dossier.objects.bulk_create(
        Dossier(**{**sample, "id": UUID(int=number), "code": f"H02.{number}", "holder": None})
        for number in range(1, 60)
    )
    give_work()
    page = client.get(f"{LIST}?xem=don-vi&tt=submitted").content.decode()
    assert "Chọn cả 60 hồ sơ đang lọc" in page
    assert 'action="/can-bo/ho-so/hang-loat/?xem=don-vi&amp;tt=submitted"' in page
    chosen = client.post(f"{LIST}hang-loat/?xem=don-vi&tt=submitted", {"tat-ca": "1"}).content.decode()
    assert "Tiếp nhận 60 hồ sơ" in chosen


def test_the_database_refuses_views_that_cannot_be(place: Office) -> None:
    assert place.intake.id is not None
    officer = place.intake.id
    view, other = kept_by(place.intake, name="a"), kept_by(place.intake, name="b")
    shared = kept_by(place.intake, unit=place.one_stop, name="a")
    ViewKey.objects.create(officer=officer, view=view, key=1)
    ListHabit.objects.create(officer=officer, place="gio", columns=["ma"])
    breaks: dict[str, Callable[[], object]] = {
        "saved_view_named": lambda: SavedView.objects.filter(id=view.id).update(name=" a"),
        "saved_view_of_a_list": lambda: SavedView.objects.filter(id=view.id).update(query="tt=done"),
        "saved_view_once_per_officer": lambda: SavedView.objects.filter(id=other.id).update(name="a"),
        "saved_view_once_per_unit": lambda: kept_by(place.leader, unit=shared.unit_id, name="a"),
        "view_key_is_a_digit": lambda: ViewKey.objects.update(key=10),
        "view_key_once": lambda: ViewKey.objects.create(officer=officer, view=other, key=1),
        "view_has_one_key": lambda: ViewKey.objects.create(officer=officer, view=view, key=2),
        "list_habit_once": lambda: ListHabit.objects.create(officer=officer, place="gio", columns=["ma"]),
        "list_habit_of_one_list_or_all": lambda: ListHabit.objects.create(officer=officer, place="tre"),
    }
    for name, break_it in breaks.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            break_it()
