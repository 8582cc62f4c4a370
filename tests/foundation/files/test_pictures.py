from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pikepdf
import pytest
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from tests.foundation.files import makers
from tests.foundation.files.conftest import AT
from tinhso.foundation import files
from tinhso.foundation.files.models import FileContent
from tinhso.foundation.refs import ActorRef

pytestmark = pytest.mark.django_db
Keep = Callable[..., files.StoredFile]


@pytest.fixture
def keep(home: Path, an: ActorRef) -> Keep:
    return lambda data, name="a": files.keep(data, name=name, by=an, at=AT)


def sideways() -> bytes:
    """A photo of a portrait page taken with the phone held sideways: left half red as stored."""
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("red", (0, 0, 100, 100))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Điện thoại của An".encode()
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_is_small_upright_and_made_once(
    keep: Keep, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept = keep(sideways())
    first = files.thumbnail(kept.id, at=AT)
    with django_assert_num_queries(1):
        assert files.thumbnail(kept.id, at=AT) == first
    picture = Image.open(BytesIO(first))

    assert picture.size == (100, 200)
    red, _green, blue = picture.getpixel((50, 20))  # type: ignore[misc]  # an RGB picture
    assert red > 200 > blue
    assert not picture.getexif()


@pytest.mark.parametrize("kind", ["PNG", "HEIF"])
def test_other_photos_have_pictures_too(keep: Keep, kind: str) -> None:
    kept = keep(makers.photo(kind, size=(1000, 500)))

    assert Image.open(BytesIO(files.thumbnail(kept.id, at=AT))).size == (480, 240)


def test_the_first_page_of_a_pdf_is_its_picture(keep: Keep) -> None:
    picture = Image.open(BytesIO(files.thumbnail(keep(makers.pdf(3)).id, at=AT)))

    assert max(picture.size) == 480


def test_what_has_no_picture_is_not_tried_again(keep: Keep) -> None:
    kept = keep(b"%PDF-1.7 hong")

    for _each in range(2):
        with pytest.raises(files.NoSuchFile):
            files.thumbnail(kept.id, at=AT)
    assert FileContent.objects.get(sha256=kept.sha256).picture_size == 0
    with pytest.raises(files.NoSuchFile):
        files.thumbnail(keep(b"chu thuong").id, at=AT)
    with pytest.raises(files.NoSuchFile):
        files.thumbnail(uuid4(), at=AT)


def test_photos_and_pdfs_become_one_paper_in_their_order(keep: Keep, an: ActorRef) -> None:
    parts = [keep(sideways()), keep(makers.pdf(2)), keep(makers.photo("HEIF", size=(3000, 2000)))]

    joined = files.join([part.id for part in parts], name="Giấy chứng sinh.jpg", by=an, at=AT)

    assert (joined.name, joined.media_type) == ("Giấy chứng sinh.pdf", "application/pdf")
    data = files.read(joined.id)
    assert "Điện thoại".encode() not in data
    with pikepdf.open(BytesIO(data)) as pdf:
        assert len(pdf.pages) == 4
        sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pdf.pages]
        assert sizes[0] == (595, 842)
        assert sizes[3] == (842, 595)
        image = next(iter(pdf.pages[3].get_images().values()))
        assert int(image.Width) == 2339


def test_a_paper_of_parts_that_cannot_be_joined_is_refused(keep: Keep, an: ActorRef) -> None:
    with pytest.raises(files.FileRefused, match="không ghép được"):
        files.join([keep(makers.docx()).id], name="a", by=an, at=AT)
    with pytest.raises(files.NoSuchFile):
        files.join([], name="a", by=an, at=AT)
    with pytest.raises(files.NoSuchFile):
        files.join([uuid4()], name="a", by=an, at=AT)
    locked = keep(makers.pdf(encryption=pikepdf.Encryption(user="a", owner="b")))
    with pytest.raises(files.FileRefused):
        files.join([locked.id], name="a", by=an, at=AT)
