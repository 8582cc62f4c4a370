"""From questions to leaves: the single answers a form is made of, composites taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from tinhso.forms.contracts import Field, Format, FormDefinition, Kind, Page, When

PERSON_PARTS = {
    "ho_ten": Field(
        name="ho_ten", kind=Kind.TEXT, label="Họ và tên", format=Format.PERSON_NAME, max_length=100
    ),
    "ngay_sinh": Field(name="ngay_sinh", kind=Kind.DATE, label="Ngày sinh", when=When.PAST),
    "so_dinh_danh": Field(
        name="so_dinh_danh", kind=Kind.TEXT, label="Số căn cước", format=Format.PERSONAL_ID, hint="12 chữ số."
    ),
    "dien_thoai": Field(name="dien_thoai", kind=Kind.TEXT, label="Số điện thoại", format=Format.PHONE),
    "thu_dien_tu": Field(name="thu_dien_tu", kind=Kind.TEXT, label="Thư điện tử", format=Format.EMAIL),
}
ORGANISATION_PARTS = {
    "ten": Field(name="ten", kind=Kind.TEXT, label="Tên tổ chức", max_length=250),
    "ma_so_thue": Field(name="ma_so_thue", kind=Kind.TEXT, label="Mã số thuế", format=Format.TAX_CODE),
    "nguoi_dai_dien": Field(
        name="nguoi_dai_dien",
        kind=Kind.TEXT,
        label="Người đại diện",
        format=Format.PERSON_NAME,
        max_length=100,
    ),
    "dien_thoai": Field(name="dien_thoai", kind=Kind.TEXT, label="Số điện thoại", format=Format.PHONE),
}
PERSON_DEFAULT = ("ho_ten", "so_dinh_danh", "ngay_sinh", "dien_thoai")
ORGANISATION_DEFAULT = ("ten", "ma_so_thue")
FACTS = {
    "ho_ten": "full_name",
    "ngay_sinh": "birth_date",
    "so_dinh_danh": "personal_id",
    "dien_thoai": "phone",
    "thu_dien_tu": "email",
    "ten": "name",
    "ma_so_thue": "tax_code",
    "nguoi_dai_dien": "representative",
}
COMPOSITE = {Kind.PERSON: PERSON_PARTS, Kind.ORGANISATION: ORGANISATION_PARTS}
POINT_KEYS = ("vi_do", "kinh_do")
SIGNATURE_KEYS = ("ten", "net")
ADDRESS_KEYS = ("chi_tiet", "xa", "ma_xa", "ghi_tay", "ngay")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One answer. `path` is its place in the answers, for a column of a table without the row.

    `table` is the table's path or empty; `keys` lead from the answers (or from the row) to the value.
    `spoken` names it in a sentence, `label` on a page.
    """

    path: str
    field: Field
    page: str
    table: str
    keys: tuple[str, ...]
    label: str
    spoken: str
    required: bool
    columns: tuple[Leaf, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of question."""
        return self.field.kind


def spoken(label: str) -> str:
    """A label as it stands inside a sentence: first letter small, unless it begins an abbreviation."""
    first = label.split(" ", 1)[0]
    return label if first.isupper() and len(first) > 1 else label[:1].lower() + label[1:]


def join(prefix: str, name: str) -> str:
    """A path below a prefix."""
    return f"{prefix}.{name}" if prefix and name else prefix or name


def parts_of(field: Field) -> Iterator[Field]:
    """The questions a person or organisation is made of, as this field asks for them."""
    known = COMPOSITE[field.kind]
    default = PERSON_DEFAULT if field.kind is Kind.PERSON else ORGANISATION_DEFAULT
    owner = field.spoken or (spoken(field.label) if field.label else "")
    for name in field.parts or default:
        part = known.get(name)
        if part is None:
            continue
        yield msgspec.structs.replace(
            part,
            spoken=f"{spoken(part.label)} của {owner}" if owner else spoken(part.label),
            required=field.required and name not in field.optional_parts,
            prefill=join(field.prefill, FACTS[name]) if field.prefill else "",
        )


def leaves_of(definition: FormDefinition) -> dict[str, Leaf]:
    """All leaves of a definition by path, columns of tables among them."""
    top = [leaf for page in definition.pages for leaf in of_page(page)]
    return {leaf.path: leaf for leaf in top} | {inner.path: inner for leaf in top for inner in leaf.columns}


def of_page(page: Page) -> Iterator[Leaf]:
    """The leaves a page asks for, in order."""
    for field in page.fields:
        yield from of_field(field, page=page.name)


def of_field(field: Field, *, page: str, prefix: str = "", table: str = "") -> Iterator[Leaf]:
    """The leaves of one question."""
    path = join(prefix, field.name)
    if field.kind is Kind.SECTION:
        for inner in field.fields:
            yield from of_field(inner, page=page, prefix=path, table=table)
    elif field.kind in COMPOSITE:
        for part in parts_of(field):
            yield from of_field(part, page=page, prefix=path, table=table)
    else:
        columns = tuple(
            leaf
            for inner in (field.fields if field.kind is Kind.TABLE else ())
            for leaf in of_field(inner, page=page, prefix=path, table=path)
        )
        below = path.removeprefix(table + ".") if table else path
        yield Leaf(
            path=path,
            field=field,
            page=page,
            table=table,
            keys=tuple(below.split(".")),
            label=field.label,
            spoken=field.spoken or spoken(field.label),
            required=field.required and field.kind is not Kind.COMPUTED,
            columns=columns,
        )
