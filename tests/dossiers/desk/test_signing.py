"""The result through the pages: drafted, previewed, read and signed, sealed, verified, handed over."""

from __future__ import annotations

import base64
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.http import HttpResponse

from national.serve import Running
from tests.support import people
from tests.support.office import Office, accepted, office
from tinhso.dossiers.models import Dossier, Result
from tinhso.dossiers.operations import endings, results, undoing
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity

pytestmark = pytest.mark.django_db
ADMIN = {"authorization": "Bearer sandbox-secret"}
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


@pytest.fixture
def signers(place: Office, can_sign: Running) -> Office:
    """The leader has a credential at the sandbox, the agency a seal."""
    assert place.leader.id is not None
    login = identity.officer(place.leader.id, moments.now()).login
    credential = {
        "credential": f"ky-{login}",
        "user": login,
        "profile": "officer",
        "common_name": "Nguyễn Văn An",
    }
    httpx.post(f"{can_sign.base}/csc/credentials", json=credential, headers=ADMIN).raise_for_status()
    seal = {"profile": "seal", "common_name": "UBND phường Thử", "pkcs12_password": "thu"}
    issued = httpx.post(f"{can_sign.base}/ca/issue", json=seal, headers=ADMIN).raise_for_status()
    folder = Path(settings.SIGNING["seals"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{place.identifier}.p12").write_bytes(base64.b64decode(issued.json()["pkcs12"]))
    return place


def drafted(place: Office) -> str:
    code = accepted(place, filed_at=moments.now()).code
    dossier_id = Dossier.objects.get(code=code).id
    results.draft(
        dossier_id=dossier_id, written={"body": "Đủ điều kiện"}, by=place.specialist, at=moments.now()
    )
    return code


def post(actor: ActorRef, address: str, **given: str) -> HttpResponse:
    return people.client(actor).post(f"{LIST}{address}", given)  # type: ignore[return-value]


def version(code: str) -> str:
    return str(Dossier.objects.values_list("version", flat=True).get(code=code))


def test_a_draft_is_previewed_and_passed_to_the_leader_who_reads_it(place: Office) -> None:
    code = accepted(place, filed_at=moments.now()).code
    words = {"version": version(code), "w-body": "Đủ điều kiện", "signer": str(place.leader.id)}

    preview = post(place.specialist, f"{code}/du-thao/xem-truoc/", **words)
    assert preview.content.startswith(b"%PDF")
    assert not Result.objects.exists()
    assert post(place.specialist, f"{code}/du-thao/", **words).status_code == 302

    leader = people.client(place.leader)
    assert "ket-qua.pdf" in leader.get(f"{LIST}{code}/ky/").content.decode()
    draft = leader.get(f"{LIST}{code}/ket-qua.pdf")
    assert b"".join(draft.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert draft["X-Frame-Options"] == "SAMEORIGIN"


def test_a_draft_needs_its_signer_and_its_specialist(place: Office) -> None:
    code = accepted(place, filed_at=moments.now()).code
    nobody = post(place.specialist, f"{code}/du-thao/", version=version(code), **{"w-body": "x"})
    assert nobody.status_code == 422
    assert post(place.intake, f"{code}/du-thao/", version=version(code)).status_code in (403, 404, 422)
    assert not Result.objects.exists()


def test_a_leader_does_not_sign_what_changed_since_it_was_opened(signers: Office) -> None:
    code = drafted(signers)
    seen = version(code)
    dossier_id = Dossier.objects.get(code=code).id
    endings.note(dossier_id=dossier_id, text="Xem lại", by=signers.leader, at=moments.now())

    answer = post(signers.leader, f"{code}/ky/", version=seen)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "đã đổi từ lúc anh/chị mở" in page
    assert "Nguyễn Văn An đã thay đổi hồ sơ này lúc" in page
    assert "Khác với bản anh/chị đã đọc" in page


def test_a_draft_made_anew_while_the_leader_reads_is_named_and_opened(signers: Office) -> None:
    code = drafted(signers)
    seen = version(code)
    dossier_id = Dossier.objects.get(code=code).id
    undoing.undo(dossier_id=dossier_id, by=signers.specialist, at=moments.now())
    results.draft(dossier_id=dossier_id, written={"body": "Khác"}, by=signers.specialist, at=moments.now())

    answer = post(signers.leader, f"{code}/ky/", version=seen)

    assert answer.status_code == 409
    assert [one["title"] for one in answer.context["changed"]] == ["Hoàn tác", "Dự thảo kết quả"]  # type: ignore[attr-defined]
    assert "Đọc dự thảo hiện nay" in answer.content.decode()


def test_signed_sealed_verified_and_handed_over_through_the_pages(signers: Office) -> None:
    code = drafted(signers)
    asked = post(signers.leader, f"{code}/ky/", version=version(code))
    assert asked["Location"].startswith(f"{LIST}{code}/ky/cho/")
    assert "chờ anh/chị xác nhận" in people.client(signers.leader).get(asked["Location"]).content.decode()

    signed = people.client(signers.leader).post(asked["Location"], headers={"HX-Request": "true"})
    assert "xong=ky" in signed["HX-Redirect"]
    assert post(signers.clerk, f"{code}/dong-dau/", version=version(code)).status_code == 302
    report = people.client(signers.clerk).get(f"{LIST}{code}/chu-ky/").content.decode()
    assert "tất cả đều hợp lệ" in report
    assert "Nội dung đã ký còn nguyên vẹn." in report
    assert post(signers.intake, f"{code}/tra-ket-qua/", version=version(code), note="").status_code == 302
    assert Dossier.objects.get(code=code).status == "returned"


def test_the_draft_goes_back_with_the_place_to_mend(place: Office) -> None:
    code = drafted(place)
    assert post(place.leader, f"{code}/tra-lai/", version=version(code), reason="").status_code == 422
    assert (
        post(place.leader, f"{code}/tra-lai/", version=version(code), reason="Sai tên mẹ").status_code == 302
    )
    history = people.client(place.specialist).get(f"{LIST}{code}/").content.decode()
    assert "Sai tên mẹ" in history
