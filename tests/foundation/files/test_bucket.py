"""The store on S3, against a real server of objects and a played one, both on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import boto3
import pytest
from pytest_django import Settings

from tests.foundation.files import makers, objects
from tests.foundation.files.conftest import AT
from tinhso.foundation import files
from tinhso.foundation.files import stores
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=["real", "played"])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "played":
        with objects.played() as address:
            yield address
    elif not objects.REAL:
        pytest.skip("SeaweedFS is packed for Linux on x86-64 only: here the played server stands alone")
    else:
        with objects.real(tmp_path_factory.mktemp("objects")) as address:
            yield address


@pytest.fixture
def bucket(endpoint: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> stores.Bucket:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", objects.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", objects.SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=endpoint)
    if not client.list_buckets()["Buckets"]:
        client.create_bucket(Bucket="tep")
    settings.FILES = f"s3://tep/tinh?endpoint={endpoint}&region=us-east-1"
    chosen = stores.store()
    assert isinstance(chosen, stores.Bucket)
    return chosen


def test_objects_come_whole_in_ranges_and_go(bucket: stores.Bucket) -> None:
    bucket.put("a/b", [b"xin ", b"chao"])

    assert bucket.get("a/b", 0, 100) == b"xin chao"
    assert bucket.get("a/b", 4, 6) == b"ch"
    assert bucket.get("a/b", 8, 10) == b""
    assert bucket.get("a/b", 5, 5) == b""
    assert bucket.has("a/b")
    bucket.delete("a/b")
    bucket.delete("a/b")
    assert not bucket.has("a/b")
    with pytest.raises(stores.Missing):
        bucket.get("a/b", 0, 1)


def test_files_and_uploads_live_in_a_bucket(bucket: stores.Bucket, an: ActorRef) -> None:
    photo = makers.photo(size=(400, 400), quality=95)
    upload = files.begin(name="a.jpg", size=len(photo), by=an, at=AT)
    files.write(upload.id, offset=0, source=BytesIO(photo[:500]), by=an, at=AT)
    files.write(upload.id, offset=500, source=BytesIO(photo[500:]), by=an, at=AT)

    kept = files.finish(upload.id, by=an, at=AT)

    assert files.read(kept.id) == photo
    assert files.thumbnail(kept.id, at=AT)
    listed = bucket._client.list_objects_v2(Bucket="tep", Prefix="tinh/parts/")
    assert listed["KeyCount"] == 0


def test_a_bucket_that_does_not_answer_keeps_nothing(
    settings: Settings, an: ActorRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "thu")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "thu")
    settings.FILES = "s3://tep?endpoint=http://127.0.0.1:9&region=us-east-1"

    with pytest.raises(files.StorageUnreachable, match="thử lại"):
        files.keep(b"x", name="x", by=an, at=AT)


@pytest.mark.parametrize("address", ["", "ftp://a", "file://a", "s3://", "s3://a?color=red", "/a"])
def test_an_address_nobody_understands_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="TINHSO_FILES"):
        stores.made_from(address)
