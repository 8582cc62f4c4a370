"""Checks and masks of long bodies hold up nobody: few threads do them, and what waits is bounded."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.test_guards import TRA_CUU, changed, described
from tests.exchange.gateway.world import HOTICH, Side, World, rows
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.contracts import BodyLog, ContractCheck
from tinhso.exchange.gateway.aside import LONG_BYTES, THREADS, Aside
from tinhso.exchange.guards.contracts import Contract
from tinhso.exchange.guards.masking import Masks
from tinhso.exchange.protocol.faults import Fault

__all__ = ["described"]
LONG = b'{"ten": "' + b"a" * 2 * LONG_BYTES + b'"}'
ASKED = f"{TRA_CUU}/nguoi/012345678901"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["mask", "contract"])
def test_while_a_long_body_is_worked_on_other_messages_pass(
    world: World,
    province: Side,
    nation: Side,
    described: UUID,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
) -> None:
    if what == "mask":
        rules = [{"in": "body", "at": "$.ten", "as": "replace"}]
        changed(world, province, described, body_log=BodyLog.MASKED, masks=rules)
    else:
        changed(world, province, described, contract_check=ContractCheck.ENFORCE)
    begun, passed = threading.Event(), threading.Event()

    def waiting(real: Callable[..., object]) -> Callable[..., object]:
        def work(self: object, *given: object) -> object:
            if len(given[-1]) > LONG_BYTES:  # type: ignore[arg-type]
                begun.set()
                assert passed.wait(WITHIN_SECONDS), "the loop stood still until this was done"
            return real(self, *given)

        return work

    monkeypatch.setattr(Masks, "body", waiting(Masks.body))
    monkeypatch.setattr(Contract, "response", waiting(Contract.response))
    world.services.body = LONG
    with ThreadPoolExecutor(1) as asking:
        long = asking.submit(ask, nation, ASKED, client=HOTICH)
        assert begun.wait(WITHIN_SECONDS)
        world.services.body = b'{"ten": "Lan"}'
        short = ask(nation, ASKED, client=HOTICH)
        passed.set()
        answer = long.result(WITHIN_SECONDS)

    assert (short.status, answer.status) == (200, 200)
    assert answer.body == LONG
    if what == "mask":
        assert not any(b"aaaa" in bytes(row["body"] or b"") for row in rows(province))


def test_what_waits_is_bounded_and_short_work_waits_for_nothing() -> None:
    begun, let = threading.Semaphore(0), threading.Event()

    def long() -> str:
        begun.release()
        assert let.wait(WITHIN_SECONDS)
        return "xong"

    async def work() -> list[str]:
        aside = Aside(most_waiting=THREADS + 1)
        waiting = [asyncio.create_task(aside.do(LONG_BYTES + 1, long)) for _number in range(THREADS + 1)]
        await asyncio.sleep(0)
        with pytest.raises(Fault, match="internal_error"):
            await aside.do(LONG_BYTES + 1, long)
        assert await aside.do(LONG_BYTES, lambda: "ngay") == "ngay"
        let.set()
        done = await asyncio.gather(*waiting)
        assert await aside.do(LONG_BYTES + 1, lambda: "lai") == "lai"
        aside.close()
        return done

    assert asyncio.run(work()) == ["xong"] * (THREADS + 1)


def test_what_work_raises_is_heard_and_frees_its_place() -> None:
    async def work() -> None:
        aside = Aside(most_waiting=1)
        for _time in range(2):
            with pytest.raises(ZeroDivisionError):
                await aside.do(LONG_BYTES + 1, lambda: 1 // 0)
        aside.close()

    asyncio.run(work())
