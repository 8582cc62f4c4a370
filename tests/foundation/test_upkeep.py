from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from tests.foundation.audit.support import run, write
from tinhso.foundation import audit, commands, idempotency, jobs, keyring, moments, upkeep
from tinhso.foundation.audit.models import AuditStamp
from tinhso.foundation.idempotency import Answer
from tinhso.foundation.jobs import letters
from tinhso.foundation.signing import ports

pytestmark = pytest.mark.django_db


def command(group: str, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(getattr(commands, group), list(arguments))
    return result.exit_code, result.output


def letter() -> str:
    letters.write(
        job_id=1,
        name="foundation.rewrap_keys",
        queue="upkeep",
        arguments={},
        error="Traceback\nRuntimeError: boom",
        tries=6,
        at=moments.now(),
    )
    return str(jobs.dead_letters()[0].id)


def test_a_whole_trace_is_said_to_be_whole() -> None:
    write()
    code, said = command("audit", "verify")

    assert code == 0
    assert "Bút ký: 12, chuỗi: 3, niêm phong: 2" in said
    assert "Chưa niêm phong: 3" in said
    assert "nguyên vẹn" in said


def test_a_broken_trace_ends_with_an_error_and_names_the_link() -> None:
    write()
    run("DELETE FROM foundation_auditentry WHERE seq = 2")
    code, said = command("audit", "verify", "--limit", "2")

    assert code == 1
    assert said.count("HỎNG") == 2
    assert "thiếu bút ký #2" in said


def test_sealing_by_hand_seals_what_waits() -> None:
    write()
    assert command("audit", "seal") == (0, "Đã niêm phong 3 bút ký.\n")
    assert command("audit", "seal") == (0, "Đã niêm phong 0 bút ký.\n")


def test_stamping_without_an_authority_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports.stamp_authority, "_bound", None)
    code, said = command("audit", "stamp")

    assert code == 1
    assert "Chưa cấu hình" in said
    upkeep.stamp_the_trace()
    assert not AuditStamp.objects.exists()


class Authority:
    def stamp(self, digest: bytes) -> audit.Stamped:
        return audit.Stamped(token=digest[::-1], proof=b"")


def test_each_night_the_newest_seal_is_stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit.stamp_authority, "_bound", Authority())
    write()
    upkeep.stamp_the_trace()

    assert AuditStamp.objects.get().seal_id == 3
    assert command("audit", "stamp") == (0, "Không có niêm phong mới.\n")


def test_dead_letters_are_listed_and_retried_from_the_command_line() -> None:
    letter_id = letter()
    code, said = command("jobs", "list")
    assert code == 0
    assert letter_id in said
    assert "RuntimeError: boom" in said

    assert command("jobs", "retry", letter_id)[0] == 0
    assert jobs.run_until_empty() == 1
    code, said = command("jobs", "retry", letter_id)
    assert code == 1
    assert "đã được xử lý" in said
    assert command("jobs", "list") == (0, "Không có việc hỏng.\n")


def test_a_letter_is_discarded_with_a_reason() -> None:
    letter_id = letter()
    assert command("jobs", "discard", letter_id)[0] == 2
    assert command("jobs", "discard", letter_id, "--reason", "trùng")[0] == 0
    assert command("jobs", "discard", letter_id, "--reason", "trùng")[0] == 1


def test_the_demo_secrets_are_an_error_of_the_system_check(settings: Settings) -> None:
    settings.KEYRING = keyring.read({})
    assert [fault.id for fault in upkeep.check_secrets()] == ["foundation.E001"] * len(upkeep.check_secrets())
    assert upkeep.check_secrets()
    assert command("crypto", "check")[0] == 1
    assert command("crypto", "rotate")[0] == 0


def test_old_business_keys_are_forgotten_each_night() -> None:
    idempotency.keep(
        scope="test",
        key="old",
        body=b"",
        answer=Answer(200, b""),
        at=moments.now() - timedelta(days=2),
        keep_for=timedelta(days=1),
    )
    upkeep.forget_business_keys()

    assert idempotency.seen(scope="test", key="old", body=b"other") is None


def test_the_ground_looks_after_itself() -> None:
    assert {name for name, _loop in jobs.loops} >= {"seal the trace", "rescue jobs"}
    write()
    upkeep.seal_the_trace()
    upkeep.rescue_jobs()
    assert audit.verify(at=moments.now()).unsealed == 0
