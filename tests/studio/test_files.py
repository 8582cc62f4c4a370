"""Procedures as files: nothing lost on the way there and back, nothing believed of what anybody made."""

from __future__ import annotations

import contextlib
import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.studio.packing import sheaves
from tests.support import people
from tests.support.people import AT
from tinhso.foundation.errors import Invalid
from tinhso.identity import api as identity
from tinhso.studio import api as studio
from tinhso.studio import parts
from tinhso.studio.commands import group
from tinhso.studio.contracts import PartName
from tinhso.studio.files import archives, folder, texts
from tinhso.studio.files.folder import Sheaf
from tinhso.studio.operations import checking
from tinhso.studio.queries.drafts import open_draft

TRICKY = [
    "no",
    "1e5",
    "2026-01-01",
    "null",
    "~",
    "",
    "1:30",
    "=",
    "<<",
    "yes",
    "0x1f",
    "1_000",
    " a\n",
    "\ta",
]
WORDS = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
    | st.text("ab \n\t:#-'\"|>no1.é", max_size=200)
    | st.sampled_from(TRICKY)
)
WHOLE = st.integers(-(2**63) + 1, 2**63 - 1)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
BODY = st.dictionaries(WORDS, JSON, max_size=4)


@given(JSON)
def test_json_values_come_back_from_yaml_as_they_were(value: Any) -> None:
    written = texts.dump(value)
    assert repr(texts.load(written, name="x")) == repr(_ordered(value))
    assert texts.dump(texts.load(written, name="x")) == written


def _ordered(value: Any) -> Any:
    """The same values with keys as files have them."""
    if isinstance(value, dict):
        first = {key: place for place, key in enumerate(texts.FIRST)}
        order = sorted(value, key=lambda key: (first.get(key, len(first)), key))
        return {key: _ordered(value[key]) for key in order}
    return [_ordered(one) for one in value] if isinstance(value, list) else value


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(PartName), BODY, max_size=3),
    WORDS.filter(lambda words: bool(words.strip())),
)
def test_a_sheaf_comes_back_from_its_files_as_it_was(bodies: dict[PartName, Any], title: str) -> None:
    sheaf = Sheaf("1.001193", title, {PartName.DESCRIPTION: {}, **bodies})
    assert folder.read(folder.write(sheaf)) == sheaf


def test_all_procedures_of_the_demo_come_back_and_other_readers_of_yaml_agree() -> None:
    for sheaf in sheaves():
        files = folder.write(sheaf)
        assert folder.read(files) == sheaf
        assert files[folder.DRAWING].decode() == sheaf.bodies[PartName.PROCESS]["bpmn"]
        if sheaf.code == "1.001193":
            body = yaml.safe_load(files["to-khai.yaml"])
            assert body == sheaf.bodies[PartName.FORM]
            assert b"|-" in files["to-khai.yaml"] or b">-" in files["to-khai.yaml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &x [1]\nb: *x", "dòng 1"),
        ("a: !!python/object:os.system {}", "thẻ"),
        ("a: 1\na: 2", "viết hai lần"),
        ("a: 1\n---\nb: 2", "một tài liệu"),
        ("a: [1", "sai cú pháp YAML"),
        ("? [1]\n: 2", "tên mục phải là chữ"),
        ("[" * 150 + "]" * 150, "lồng quá sâu"),
        ("a: 1e999", "số quá lớn"),
        ('a: "\\0"', "không lưu được"),
        ("- " + "\n- ".join(["1"] * 100_001), "quá nhiều"),
        ("a" * 2_000_001, "quá lớn"),
    ],
)
def test_yaml_that_could_do_harm_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(texts.Unreadable) as refused:
        texts.load(text.encode(), name="x.yaml")
    assert "x.yaml" in refused.value.message
    assert says in refused.value.message


@given(st.binary(max_size=200) | st.text("ab:-*&!|>{}[]\"'#\n \t\\", max_size=60).map(str.encode))
def test_whatever_bytes_come_in_are_read_or_refused(content: bytes) -> None:
    for read in (
        lambda: texts.load(content, name="x"),
        lambda: folder.read({folder.HEAD: content, folder.DRAWING: content}),
        lambda: archives.unpack(content),
    ):
        with contextlib.suppress(Invalid):
            read()


def _zip(fill: Callable[[zipfile.ZipFile], object]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return out.getvalue()


def _named(name: str) -> Callable[[zipfile.ZipFile], object]:
    return lambda archive: archive.writestr(zipfile.ZipInfo(name), b"x")


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("phi.yaml")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, b"/etc/passwd")


def _twice(archive: zipfile.ZipFile) -> None:
    for name in ("phi.yaml", "PHI.yaml"):
        archive.writestr(name, b"x")


@pytest.mark.parametrize(
    ("fill", "says"),
    [
        (_named("../phi.yaml"), "trỏ ra ngoài"),
        (_named("/etc/passwd"), "trỏ ra ngoài"),
        (_named("..\\phi.yaml"), "trỏ ra ngoài"),
        (_named("C:phi.yaml"), "trỏ ra ngoài"),
        (_named("a/phi.yaml"), "trỏ ra ngoài"),
        (_link, "liên kết"),
        (_twice, "cùng tên"),
        (lambda archive: archive.writestr("phi.yaml", b"0" * 2_600_000), "nở ra quá lớn"),
        (lambda archive: [archive.writestr(f"{n}", b"0" * 2_400_000) for n in range(6)], "nở ra quá lớn"),
        (lambda archive: [archive.writestr(f"{n}", b"x") for n in range(21)], "quá nhiều tệp"),
    ],
)
def test_tricks_of_zip_files_are_refused_in_words(
    fill: Callable[[zipfile.ZipFile], object], says: str
) -> None:
    with pytest.raises(archives.BadArchive, match=says):
        archives.unpack(_zip(fill))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_zip_with_changed_bytes_gives_its_files_or_a_refusal(changes: list[tuple[int, int]]) -> None:
    content = bytearray(archives.pack({"phi.yaml": b"fees: []\n", "mau.yaml": b"result: ''\n"}))
    for place, byte in changes:
        content[place % len(content)] = byte
    with contextlib.suppress(archives.BadArchive):
        assert len(archives.unpack(bytes(content))) <= 20


@pytest.mark.parametrize("body", [{"fees": {}}, {"fees": "x"}])
def test_a_part_of_another_shape_is_named_by_its_file(body: dict[str, Any]) -> None:
    sheaf = sheaves()[0]
    with pytest.raises(folder.BadFiles) as refused:
        checking.judged(Sheaf(sheaf.code, sheaf.title, {**sheaf.bodies, PartName.FEES: body}), at=AT)
    assert set(refused.value.faults) == {"phi.yaml"}


@settings(max_examples=40)
@given(st.sampled_from(PartName), BODY)
def test_whatever_a_part_says_inside_is_judged_or_refused(name: PartName, body: dict[str, Any]) -> None:
    empty = parts.KINDS[name].empty()
    strange = {key: body.get(key, list(body.values())) for key in empty} | body
    with contextlib.suppress(folder.BadFiles):
        checking.judged(Sheaf("1.1", "x", {name: strange}), at=AT)


@pytest.mark.django_db
def test_commands_take_a_draft_out_and_in_and_say_what_is_wrong(tmp_path: Path) -> None:
    sheaf = next(one for one in sheaves() if one.code == "1.001193")
    for name, content in folder.write(sheaf).items():
        (tmp_path / name).write_bytes(content)
    run = CliRunner().invoke
    came = run(group, ["import", str(tmp_path)])
    assert came.exit_code == 0, came.output
    draft = open_draft("1.001193")
    assert draft is not None
    kept = studio.draft(draft)
    assert {name: kept.body(name) for name in PartName} == sheaf.bodies
    author = people.officer(identity.Role.SPECIALIST)
    changed = {**kept.body(PartName.DESCRIPTION), "summary": "Sửa ở trang"}
    studio.save(draft_id=draft, part=PartName.DESCRIPTION, body=changed, seen=0, by=author, at=AT)
    out, packed = tmp_path / "ra", tmp_path / "ra.zip"
    for place in (out, packed):
        assert run(group, ["export", "1.001193", str(place)]).exit_code == 0
    assert "Sửa ở trang" in (out / folder.HEAD).read_text()
    assert archives.unpack(packed.read_bytes()) == {file.name: file.read_bytes() for file in out.iterdir()}
    (out / "phi.yaml").write_text("fees: [\n")
    broken = run(group, ["check", str(out)])
    assert (broken.exit_code, "phi.yaml" in broken.output) == (1, True)
    (out / "phi.yaml").unlink()
    (out / "giay-to.yaml").write_text("papers: []\n")
    missing = run(group, ["check", str(out)])
    assert (missing.exit_code, "giay-to.yaml (papers): phải sửa" in missing.output) == (1, True)
    (out / "phi.yaml").symlink_to(out / "mau.yaml")
    assert "liên kết" in run(group, ["import", str(out)]).output
    assert run(group, ["export", "9.999", str(out)]).exit_code == 1
