"""The measured acts, each as a client does it."""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bench.cases.load import Http

Act = Callable[[Http, int], None]
PHRASES = 600
TYPED = (
    "khai sinh",
    "lam khai sinh",
    "xay nha",
    "đăng ký kết hôn",
    "ho kinh doanh",
    "giay phep tau ca",
    "chung thuc",
    "xac nhan tinh trang hon nhan",
    "tro cap xa hoi",
    "dat dai",
    "khia sinh",
)


def body(facts: dict[str, Any], *, unit: str, name: str, email: str = "") -> bytes:
    """A submission of the bench's procedure with three papers."""
    return json.dumps(
        {
            "procedure": facts["procedure"],
            "unit": unit,
            "applicant": {
                "name": name,
                "personal_id": "091190001234",
                "birth_date": "1990-05-17",
                "phone": "0912345678",
                "email": email,
                "address": "12 Nguyễn Trung Trực, phường Rạch Giá",
            },
            "answers": facts["answers"],
            "papers": [{"code": code, "form": "copy", "copies": 1} for code in facts["papers"]],
        },
        ensure_ascii=False,
    ).encode()


def submitting(facts: dict[str, Any], *, offices: int) -> Act:
    """Submit a dossier to one of so many offices; each has a key of its own."""
    codes = [office["code"] for office in facts["offices"]][:offices]
    bodies = [body(facts, unit=code, name=f"Thị Sóc Kha {code}") for code in codes]

    def act(site: Http, number: int) -> None:
        site.post("/api/v1/dossiers", bodies[number % len(bodies)], key=uuid.uuid4().hex)

    return act


def replayed(site: Http, facts: dict[str, Any]) -> dict[str, Any]:
    """Submit twice under one key. Raises SystemExit when the answers differ."""
    once = body(facts, unit=facts["offices"][0]["code"], name="Lê Văn Sáu")
    key = uuid.uuid4().hex
    answers = [json.loads(site.post("/api/v1/dossiers", once, key=key)) for _time in range(2)]
    if answers[0] != answers[1]:
        raise SystemExit("a repeated key gave another answer: the figures would be worth nothing")
    return dict(answers[0])


def listing(facts: dict[str, Any]) -> Act:
    """The first 100 dossiers of an office."""
    paths = [f"/api/v1/dossiers?unit={office['code']}&limit=100" for office in facts["offices"]]

    def act(site: Http, number: int) -> None:
        if site.get(paths[number % len(paths)]).count(b'"submitted_at"') != 100:
            raise RuntimeError("a page of 100 was expected")

    return act


def cursor(at: datetime, id_: str) -> str:
    """The cursor of the page after a dossier."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), id_]).encode()).decode().rstrip("=")


def deep(places: list[tuple[str, datetime, str]]) -> Act:
    """100 dossiers of an office's history, from a random place on."""
    paths = [f"/api/v1/dossiers?unit={code}&limit=100&after={cursor(at, id_)}" for code, at, id_ in places]

    def act(site: Http, _number: int) -> None:
        site.get(random.choice(paths))  # noqa: S311 - any page

    return act


def searching(names: list[str]) -> Act:
    """The catalogue's search, letter by letter as people type: everyday words, and words of many names.

    So many that few questions are asked twice within the time an answer is remembered.
    """
    chance = random.Random(7)  # noqa: S311 - the same words each time
    phrases = [*TYPED, *(_part(chance.choice(names), chance) for _number in range(PHRASES))]
    chance.shuffle(phrases)
    paths = [
        f"/api/v1/procedures?q={_quoted(words[:length])}&limit=8"
        for words in phrases
        for length in range(2, len(words) + 1)
    ]

    def act(site: Http, number: int) -> None:
        site.get(paths[number % len(paths)])

    return act


def _part(name: str, chance: random.Random) -> str:
    """Two to four words of a name, side by side."""
    words = name.split()
    first = chance.randrange(max(1, len(words) - 3))
    return " ".join(words[first : first + chance.randint(2, 4)])


def _quoted(words: str) -> str:
    return "".join(f"%{byte:02X}" for byte in words.encode())


def living(facts: dict[str, Any]) -> Act:
    """The whole life of a dossier: 8 calls, a supplement on the way."""
    bodies, steps = _life(facts)

    def act(site: Http, number: int) -> None:
        filed = json.loads(site.post("/api/v1/dossiers", bodies[number % len(bodies)], key=uuid.uuid4().hex))
        for name, said in steps:
            answer = site.post(f"/api/v1/dossiers/{filed['code']}/{name}", said)
        if json.loads(answer)["status"] != "returned":
            raise RuntimeError("the dossier did not reach its end")

    return act


def lived(site: Http, facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """One such life, halting after each act: the act's name and the dossier's id."""
    bodies, steps = _life(facts)
    filed = json.loads(site.post("/api/v1/dossiers", bodies[0], key=uuid.uuid4().hex))
    yield "submit", filed["id"]
    for name, said in steps:
        site.post(f"/api/v1/dossiers/{filed['code']}/{name}", said)
        yield name, filed["id"]


def _life(facts: dict[str, Any]) -> tuple[list[bytes], list[tuple[str, bytes]]]:
    """What is submitted at each office, and the acts that follow with their bodies."""
    offices = facts["offices"]
    bodies = [
        body(facts, unit=office["code"], name="Danh Sa Rây", email="danh@example.vn") for office in offices
    ]
    paper = facts["papers"][0]
    asked = {"papers": [{"code": paper, "reason": "Ảnh mờ, không đọc được số."}], "message": ""}
    given = {"papers": [{"code": paper, "form": "copy", "copies": 1}], "note": ""}
    steps = [
        ("accept", {}),
        ("ask_supplement", asked),
        ("answer_supplement", given),
        ("draft_result", {"written": {}}),
        ("sign", {}),
        ("seal", {}),
        ("hand_over", {"reason": ""}),
    ]
    return bodies, [(name, json.dumps(said).encode()) for name, said in steps]
