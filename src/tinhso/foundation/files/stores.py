"""Where sealed objects lie: a folder of this machine, or a bucket that speaks S3."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.files.contracts import StorageUnreachable

LARGEST_IN_MEMORY = 8 * 1024**2


class Missing(Exception):
    """No object of that name."""


class Store(Protocol):
    """Named objects. A name appears whole or not at all, and stays after a power cut."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Store an object, over one of the same name. Raises StorageUnreachable."""
        ...

    def get(self, name: str, start: int, end: int) -> bytes:
        """The bytes from start up to end, fewer where the object ends. Raises Missing."""
        ...

    def has(self, name: str) -> bool:
        """Whether an object of that name is there."""
        ...

    def delete(self, name: str) -> None:
        """Remove an object; nothing happens when there is none."""
        ...

    def delete_under(self, folder: str) -> None:
        """Remove every object whose name begins with `folder/`."""
        ...


def _unreachable(error: Exception) -> StorageUnreachable:
    return StorageUnreachable(
        _("Kho tệp chưa dùng được nên tệp chưa được lưu. Hãy thử lại sau ít phút."), cause=str(error)
    )


class Folder:
    """Objects as files in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        target = self.root / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(dir=target.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as out:
                    for piece in pieces:
                        out.write(piece)
                    out.flush()
                    os.fsync(out.fileno())
                os.replace(written, target)
            except BaseException:
                Path(written).unlink(missing_ok=True)
                raise
            self._settle(target.parent)
        except OSError as error:
            raise _unreachable(error) from error

    def _settle(self, folder: Path) -> None:
        """Make new names last, up to the root: a folder made just now is an entry of its parent."""
        while True:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if folder in (self.root, folder.parent):
                return
            folder = folder.parent

    def get(self, name: str, start: int, end: int) -> bytes:
        try:
            with (self.root / name).open("rb") as source:
                source.seek(start)
                return source.read(max(0, end - start))
        except FileNotFoundError:
            raise Missing(name) from None
        except OSError as error:
            raise _unreachable(error) from error

    def has(self, name: str) -> bool:
        return (self.root / name).is_file()

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def delete_under(self, folder: str) -> None:
        shutil.rmtree(self.root / folder, ignore_errors=True)


class Bucket:
    """Objects in an S3 bucket. Credentials come from the environment, as boto3 reads them."""

    def __init__(self, bucket: str, *, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint or None,
            region_name=region or None,
            config=Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"max_attempts": 3, "mode": "standard"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    @contextlib.contextmanager
    def _speaking(self, name: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404", "NotFound"}:
                raise Missing(name) from None
            raise _unreachable(error) from error
        except BotoCoreError as error:
            raise _unreachable(error) from error

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        with tempfile.SpooledTemporaryFile(max_size=LARGEST_IN_MEMORY) as whole:
            for piece in pieces:
                whole.write(piece)
            whole.seek(0)
            with self._speaking(name):
                self._client.upload_fileobj(whole, self.bucket, self.prefix + name)

    def get(self, name: str, start: int, end: int) -> bytes:
        if end <= start:
            return b""
        try:
            with self._speaking(name):
                answer = self._client.get_object(
                    Bucket=self.bucket, Key=self.prefix + name, Range=f"bytes={start}-{end - 1}"
                )
                return bytes(answer["Body"].read())
        except StorageUnreachable as error:
            if "InvalidRange" in str(error.facts.get("cause")):
                return b""
            raise

    def has(self, name: str) -> bool:
        try:
            with self._speaking(name):
                self._client.head_object(Bucket=self.bucket, Key=self.prefix + name)
        except Missing:
            return False
        return True

    def delete(self, name: str) -> None:
        with self._speaking(name):
            self._client.delete_object(Bucket=self.bucket, Key=self.prefix + name)

    def delete_under(self, folder: str) -> None:
        with self._speaking(folder):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=f"{self.prefix}{folder}/"
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    self._client.delete_object(Bucket=self.bucket, Key=found["Key"])


def made_from(address: str) -> Store:
    """The store at `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`. Raises ValueError."""
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "file" and parts.path.startswith("/"):
        return Folder(Path(parts.path))
    if parts.scheme == "s3" and parts.hostname and not set(options) - {"endpoint", "region"}:
        return Bucket(parts.hostname, prefix=parts.path, **options)
    raise ValueError(f"TINHSO_FILES={address!r}: đặt file:///thu-muc hoặc s3://bucket/tien-to?endpoint=…")


@cache
def _made(address: str) -> Store:
    return made_from(address)


def store() -> Store:
    """The store of this process (`TINHSO_FILES`; a folder under `TINHSO_HOME` when unset)."""
    return _made(settings.FILES or f"file://{settings.HOME / 'files'}")
