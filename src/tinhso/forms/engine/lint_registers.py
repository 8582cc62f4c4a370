"""Questions that a register fills: it must give such a thing, and somebody must say why it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, FormDefinition, Kind, Problem
from tinhso.forms.engine.leaves import join
from tinhso.forms.engine.lint_words import explains
from tinhso.forms.sources import given, register_of


def registered(definition: FormDefinition) -> Iterator[Problem]:
    """Problems of questions filled from registers, in the order of the form. They block."""
    for page in definition.pages:
        for field in page.fields:
            yield from _of_field(field, "", explains(page.hint), inside=False)


def _of_field(field: Field, prefix: str, told: bool, *, inside: bool) -> Iterator[Problem]:
    path = join(prefix, field.name)
    told = told or bool(field.purpose) or explains(field.hint)
    yield from _judged(field, path, told, inside=inside)
    for inner in field.fields:
        yield from _of_field(inner, path, told, inside=inside or field.kind is Kind.TABLE)


def _judged(field: Field, path: str, told: bool, *, inside: bool) -> Iterator[Problem]:
    register = register_of(field.prefill)
    if register is None:
        return
    fact = given(field.prefill)
    names = {"label": field.label or path, "register": register.name, "fact": field.prefill}
    if inside or field.kind is Kind.TABLE:
        yield Problem(
            "register-in-table",
            path,
            _("“%(label)s” nằm trong bảng: bảng không điền sẵn từ %(register)s được.") % names,
        )
    elif fact is None:
        yield Problem(
            "register-gives-not",
            path,
            _("%(register)s không cho mục “%(fact)s” mà “%(label)s” cần. Hãy chọn mục khác ở “Lấy từ”.")
            % names,
        )
    elif field.kind not in fact.kinds:
        yield Problem(
            "register-other-kind",
            path,
            _("%(register)s cho mục “%(given)s” không vừa loại câu hỏi của “%(label)s”.")
            % {**names, "given": fact.label},
        )
    elif fact.personal and not told:
        yield Problem(
            "register-no-purpose",
            path,
            _("“%(label)s” lấy dữ liệu cá nhân từ %(register)s: hãy ghi ở “Hỏi để làm gì”.") % names,
        )
