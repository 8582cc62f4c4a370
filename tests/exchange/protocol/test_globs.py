"""Which paths a right covers, and paths that would be read as others (exchange protocol §7.1, §7.2)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globs import matches, safe_path


@pytest.mark.parametrize(
    ("glob", "path", "match"),
    [
        ("/v1/firms/*", "/v1/firms/12", True),
        ("/v1/firms/*", "/v1/firms/", True),
        ("/v1/firms/*", "/v1/firms", False),
        ("/v1/firms/*", "/v1/firms/12/owners", False),
        ("/v1/firms/*/owners", "/v1/firms/12/owners", True),
        ("/v1/**", "/v1/", True),
        ("/v1/**", "/v1", False),
        ("/v1/**/file", "/v1/a/b/file", True),
        ("/v1/**/file", "/v1/file", False),
        ("**", "", True),
        ("**", "/anything/at all", True),
        ("****", "", True),
        ("****", "/a/b", True),
        ("", "", True),
        ("", "/", False),
        ("/v1/a.b", "/v1/axb", False),
        ("/v1/a.b", "/v1/a.b", True),
        (r"/v1/\*", "/v1/*", True),
        (r"/v1/\*", "/v1/z", False),
        (r"/v1/\x", r"/v1/\x", True),
        ("/v1/tail\\", "/v1/tail\\", True),
        (r"/v1/\\", "/v1/\\", True),
        (r"/v1/\\", r"/v1/\\", False),
        ("/V1/x", "/v1/x", False),
        ("/v1/*", "/v1/..", True),
        ("/v1/*", "/v1/a%2Fb", True),
        ("/a\n*", "/a\nb", True),
        ("*/a*/**/b*c", "x/a1/2/3/bbc", True),
        ("*/a*/**/b*c", "x/a1/2/3/b/c", False),
        ("/a/**/b*c/**/d", "/a/b/c/x/bc/d/d", True),
        ("**/*.pdf", "/a/b.pdf", True),
        ("**/*.pdf", "a.pdf", False),
    ],
)
def test_t45_table_of_globs(glob: str, path: str, match: bool) -> None:
    assert matches(glob, path) is match


def as_regex(glob: str) -> str:
    """The rule of §7.1 as a regular expression: slow on some paths, plain to read."""
    made = ""
    for piece in re.findall(r"\\[*\\]|\*+|.", glob, re.DOTALL):
        if piece == "*":
            made += "[^/]*"
        elif piece[0] == "*":
            made += ".*"
        else:
            made += re.escape(piece[1] if len(piece) == 2 else piece)
    return made


@given(st.text("ab/*\\", max_size=12), st.text("ab/*\\", max_size=14))
def test_t45_any_glob_is_what_its_rule_says(glob: str, path: str) -> None:
    assert matches(glob, path) is (re.fullmatch(as_regex(glob), path, re.DOTALL) is not None)


@given(st.lists(st.sampled_from(["a", "b", "ab", "/", "*", "**"]), max_size=14), st.text("ab/", max_size=18))
def test_t45_globs_of_many_stars_too(pieces: list[str], path: str) -> None:
    glob = "".join(pieces)
    assert matches(glob, path) is (re.fullmatch(as_regex(glob), path, re.DOTALL) is not None)


def test_a_glob_of_many_stars_does_not_stall_on_a_long_path() -> None:
    assert not matches("/" + "*a" * 30 + "b", "/" + "a" * 8000)
    assert not matches("/" + "**a*" * 30 + "b", "/" + "a" * 8000)


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "/a/..",
            "/a/../b",
            "/..",
            "/.",
            "/a/./b",
            "/a/%2e%2e",
            "/a/%2E./b",
            "/a/.%2e",
            "/a/%2e",
            "/a/..%2f",
        ),
        *(
            "/a/%2Fb",
            "/a%2f..%2fb",
            "/a/%252e%252e",
            "/a/%252f",
            "/a//b",
            "//",
            "//a",
            "/a/%5c..",
            "/a/\\..",
            "/a%5Cb",
        ),
        *("/a/..;/b", "/a/..;x=1/b", "/a/%2e%2e%3b/b", "/a/.;/b", "/a/%00", "/a/%0a", "/a/%0D%0Ab", "/a/%7f"),
        *(
            "/a/%",
            "/a/%2",
            "/a/%zz",
            "/a/%c0%ae",
            "/a/%ff",
            "/a b",
            "/a/Hộ",
            "/a\x00",
            "a",
            "..",
            "/a/%25%32%65",
            "/a/%%32e",
            "/a/%25%35c",
        ),
    ],
)
def test_t46_a_path_that_could_be_read_as_another_is_refused(raw: str) -> None:
    with pytest.raises(Fault) as caught:
        safe_path(raw)
    assert caught.value.code == "client.bad_request"
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        *(("", ""), ("/", "/"), ("/v1/firms/12", "/v1/firms/12"), ("/v1/firms/", "/v1/firms/")),
        *(
            ("/path%3B/", "/path;/"),
            ("/a;v=1/b", "/a;v=1/b"),
            ("/a/b.c/...", "/a/b.c/..."),
            ("/.well-known", "/.well-known"),
        ),
        *(
            ("/h%E1%BB%99-t%E1%BB%8Bch", "/hộ-tịch"),
            ("/100%25", "/100%"),
            ("/kKsS%25%32", "/kKsS%2"),
            ("/a%2Db", "/a-b"),
            ("/a..b", "/a..b"),
        ),
        *(("/%20x", "/ x"), ("/a%3Fb", "/a?b"), ("/%2a", "/*")),
    ],
)
def test_t46_a_plain_path_is_decoded(raw: str, path: str) -> None:
    assert safe_path(raw) == path


PIECES = [
    "a",
    "b",
    ".",
    "..",
    "/",
    "%2e",
    "%2E",
    "%25",
    "%32",
    "%65",
    "2e",
    "%",
    ";",
    "%3b",
    "%5C",
    "%2f",
    "~",
    "\\",
    "%C3%B6",
]


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("".join))
def test_t46_whatever_passes_has_one_reading(raw: str) -> None:
    try:
        path = safe_path(f"/{raw}")
    except Fault:
        return
    assert ".." not in path.split("/")
    assert "." not in path.split("/")
    assert path.count("/") == raw.count("/") + 1
    assert "\\" not in path
    assert not re.search(r"%[0-9A-Fa-f]{2}", path)


@given(st.text(max_size=60))
def test_any_text_is_a_path_or_a_fault(raw: str) -> None:
    try:
        safe_path(raw)
    except Fault:
        return
    assert raw.isascii()
