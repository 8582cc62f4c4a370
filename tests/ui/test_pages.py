"""Language switch, error pages, policy and the shells of pages, asked without a browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from tinhso.foundation.errors import Conflict, NotAllowed
from tinhso.ui import middleware
from tinhso.ui.pages import errors


def asked(path: str = "/") -> HttpRequest:
    return RequestFactory().get(path)


def test_a_chosen_language_is_kept_and_the_person_goes_back_to_the_page(client: Client) -> None:
    answer = client.get("/ngon-ngu/en/?next=/gallery/")
    assert (answer.status_code, answer["Location"]) == (302, "/gallery/")
    assert 'lang="en"' in client.get("/gallery/?frame=public&lang=en").content.decode()
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    assert client.get("/ngon-ngu/vi/", {"next": elsewhere})["Location"] == "/"


def test_an_unknown_language_is_not_found(client: Client) -> None:
    assert client.get("/ngon-ngu/fr/").status_code == 404


def test_a_browsers_own_language_does_not_change_the_page(client: Client) -> None:
    answer = client.get("/khong-co/", headers={"accept-language": "en"})
    assert answer["Content-Language"] == "vi"


def test_every_answer_carries_the_content_policy(client: Client) -> None:
    policy = client.get("/khong-co/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


@pytest.mark.parametrize("status", [400, 403, 404, 409, 429, 500, 503])
def test_an_error_page_says_what_to_do_without_numbers_in_its_heading(status: int) -> None:
    answer = errors.page(asked(), status)
    html = answer.content.decode()
    heading = html.split("<h1")[1].split("</h1>")[0]
    assert answer.status_code == status
    assert str(status) not in heading
    assert html.count("<h1") == 1
    assert "style=" not in html


def test_our_own_fault_gives_four_letters_for_the_phone() -> None:
    code = errors.error_code()
    html = errors.page(None, 500, code=code).content.decode()
    assert len(code) == 4
    assert code in html


def test_an_error_on_the_desk_keeps_the_desk_around_it() -> None:
    html = errors.page(asked("/can-bo/viec/"), 404).content.decode()
    assert "ui-desk" in html
    assert '<a class="govuk-link" href="/can-bo/">Việc của tôi</a>' in html
    assert "/tra-cuu/" not in html
    assert "/tra-cuu/" in errors.page(asked("/viec/"), 404).content.decode()


def test_an_act_that_cannot_be_done_shows_its_own_sentence_and_keeps_the_text() -> None:
    shown = middleware.UnableAsPage(lambda request: errors.page(request, 200))
    fault = Conflict("Chị Lê Thị Hoa đã tiếp nhận hồ sơ này lúc 09:12.", mine="Phần <tôi> viết")
    answer = shown.process_exception(asked("/can-bo/"), fault)
    assert answer is not None
    html = answer.content.decode()  # type: ignore[attr-defined]  # a whole page, not a stream
    assert answer.status_code == 409
    assert "Chị Lê Thị Hoa đã tiếp nhận" in html
    assert "Phần &lt;tôi&gt; viết" in html


def test_an_unexpected_fault_is_left_to_the_page_for_our_own_faults() -> None:
    shown = middleware.UnableAsPage(lambda request: errors.page(request, 200))
    assert shown.process_exception(asked(), ValueError("x")) is None
    assert shown.process_exception(asked(), NotAllowed("Không được.")) is not None


@override_settings(PRODUCTION=True)
def test_production_has_no_gallery(client: Client) -> None:
    assert client.get("/gallery/").status_code == 404


@pytest.mark.parametrize("query", ["size=xl", "theme=pink", "lang=fr", "part=none", "frame=wall"])
def test_the_gallery_knows_only_its_own_words(client: Client, query: str) -> None:
    assert client.get(f"/gallery/?{query}").status_code == 404


@pytest.mark.parametrize("shell", ["ui/public.html", "ui/desk.html", "ui/print.html"])
def test_the_shells_have_skip_link_title_and_one_live_region(shell: str) -> None:
    html = render_to_string(shell, {"title": "Khai sinh"}, request=asked("/thu-tuc/"))
    assert "<title>Khai sinh – " in html
    assert 'href="#main-content"' in html
    assert html.count('aria-live="polite"') == 1
    assert "<script>" not in html
    assert "style=" not in html


def test_a_faulty_page_starts_its_title_with_the_word_error() -> None:
    assert "<title>Lỗi: Khai sinh" in render_to_string(
        "ui/public.html", {"title": "Khai sinh", "errors": True}
    )
