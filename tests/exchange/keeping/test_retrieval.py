"""Evidence asked for over HTTP: the matrix of §13.2 (T56)."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping import anchored
from tests.exchange.keeping.proved import OWNER, STAMPING, kept, request, signed, stamped
from tests.exchange.keeping.stamped import WORLD
from tinhso.exchange.evidence import containers
from tinhso.exchange.keeping import retrieval
from tinhso.exchange.keeping.authorities import Stampers
from tinhso.exchange.keeping.retrieval import Answer, asic, asked_for
from tinhso.exchange.models import Unstamped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
MINE = {"xRoadInstance": "VN-DEMO", "memberClass": "GOV", "memberCode": "H01", "subsystemCode": "TINHSO"}


def ask(tmp_path: Path, *flags: str, authenticated: bool = True, **changes: str) -> Answer:
    words = {"queryId": "a/b", **MINE, **changes}
    query = "&".join([urlencode({name: value for name, value in words.items() if value}), *flags])
    return asic(query, authenticated=authenticated, at=NOW + timedelta(minutes=1), folder=tmp_path)


def body(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)


def names(answer: Answer) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(body(answer))).namelist()


@pytest.fixture
def exchanged(tmp_path: Path) -> None:
    """A request and its response, the same id at another subsystem, and a stranger's."""
    kept(
        tmp_path,
        signed(
            [
                request(message_id="a/b"),
                request(message_id="a/b", response=True, status=200),
                request(message_id="a/b", side="service", service=f"{OWNER}2/x"),
                request(message_id="other"),
            ]
        ),
    )
    stamped()


@pytest.mark.usefixtures("exchanged")
def test_all_that_match_come_as_a_zip_of_containers(tmp_path: Path) -> None:
    answer = ask(tmp_path)
    assert (answer.status, answer.content_type, answer.file) == (200, "application/zip", "a/b.zip")
    assert ("Content-Disposition", "attachment; filename*=UTF-8''a/b.zip") in answer.headers
    first, second = names(answer)
    assert first.startswith("a%2Fb-request-")
    assert second.startswith("a%2Fb-response-")


@pytest.mark.usefixtures("exchanged")
@pytest.mark.parametrize("flag", ["request", "response"])
def test_one_direction_only(tmp_path: Path, flag: str) -> None:
    answer = ask(tmp_path, f"{flag}Only")
    assert answer.file == f"a/b-{flag}.zip"
    (name,) = names(answer)
    assert f"-{flag}-" in name


@pytest.mark.usefixtures("exchanged")
def test_unique_is_one_container(tmp_path: Path) -> None:
    answer = ask(tmp_path, "responseOnly", "unique")
    assert (answer.status, answer.content_type) == (200, "application/vnd.etsi.asic-e+zip")
    assert answer.file.endswith(".asice")
    assert containers.read(body(answer)).stamp is None, "one signature was stamped alone"


@pytest.mark.usefixtures("exchanged")
def test_several_for_unique_are_refused(tmp_path: Path) -> None:
    kept(tmp_path, signed([request(message_id="a/b")]))
    assert ask(tmp_path, "requestOnly", "unique").status == 400


@pytest.mark.usefixtures("exchanged")
@pytest.mark.parametrize(
    ("flags", "changes"),
    [
        (("requestOnly", "responseOnly"), {}),
        (("unique",), {}),
        ((), {"queryId": ""}),
        ((), {"memberClass": ""}),
        ((), {"memberCode": ""}),
        ((), {"xRoadInstance": ""}),
        (("queryId=twice",), {}),
        (("strange=1",), {}),
        (("requestOnly&x=%ff",), {}),
        ((), {"queryId": "a\x00"}),
    ],
)
def test_what_cannot_be_asked(tmp_path: Path, flags: tuple[str, ...], changes: dict[str, str]) -> None:
    answer = ask(tmp_path, *flags, **changes)
    assert (answer.status, answer.content_type) == (400, "text/plain; charset=utf-8")


@pytest.mark.usefixtures("exchanged")
def test_only_the_owner_gets_it(tmp_path: Path) -> None:
    assert ask(tmp_path, authenticated=False).status == 401
    assert asked_for(urlencode({"queryId": "1", **MINE})) is not None
    assert str(asked_for(urlencode({"queryId": "1", **MINE}))) == OWNER
    assert asked_for("queryId=1") is None


@pytest.mark.usefixtures("exchanged")
@pytest.mark.parametrize("changes", [{"queryId": "x"}, {"subsystemCode": "TINH"}, {"subsystemCode": ""}])
def test_nothing_found(tmp_path: Path, changes: dict[str, str]) -> None:
    answer = ask(tmp_path, **changes)
    assert (answer.status, body(answer)) == (404, b"No signed documents found")


def test_not_stamped_yet_unless_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, signed([request(message_id="a/b"), request(message_id="a/b", response=True)]))
    answer = ask(tmp_path)
    assert answer.status == 500
    assert body(answer).endswith(b"has not been timestamped yet!")

    monkeypatch.setattr(retrieval, "configured", lambda: Stampers((), 60))
    assert ask(tmp_path, "force").status == 500
    monkeypatch.setattr(retrieval, "configured", lambda: Stampers((STAMPING,), 60))  # type: ignore[arg-type]
    assert ask(tmp_path, "force=false").status == 500
    assert len(names(ask(tmp_path, "force"))) == 2
    assert not Unstamped.objects.exists()
    assert ask(tmp_path).status == 200


def test_the_certificates_that_verify_come_as_a_zip() -> None:
    der = WORLD.authority.der
    anchored.hold(authorities=[anchored.listed(der)], stamping=[anchored.listed(der)])
    answer = retrieval.verification_conf()
    assert (answer.status, answer.content_type) == (200, "application/zip")
    assert names(answer) == ["verificationconf/authorities/1.cer", "verificationconf/stamping/1.cer"]
    assert zipfile.ZipFile(io.BytesIO(body(answer))).read("verificationconf/authorities/1.cer") == der


WORDS = some.dictionaries(some.sampled_from([*sorted(retrieval.KNOWN)]), some.text(max_size=5))


@given(query=some.one_of(some.text(max_size=80), some.builds(urlencode, WORDS)))
def test_any_query_gets_an_answer(query: str) -> None:
    asked_for(query)
