"""What other rooms see of forms: the definition language, answers, faults, and views on them.

The definition language is JSON; these structs decode it strictly, so that a misspelt key is named
instead of ignored. Keys of the language are English, names of answers are the form's own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import msgspec
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.refs import ActorRef, OwnerRef

Answers: TypeAlias = dict[str, Any]
Rule: TypeAlias = Any

SIGNATURE_BOX = (600, 200)
"""Width and height of the sheet on which a signature is drawn, in the units of its strokes."""


class Kind(StrEnum):
    """The kinds of questions a form can ask."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    PERSON = "person"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    TABLE = "table"
    FILE = "file"
    SECTION = "section"
    COMPUTED = "computed"
    CONSENT = "consent"
    MAP_POINT = "map_point"
    SIGNATURE = "signature"


class Format(StrEnum):
    """What a text must look like."""

    NONE = ""
    PERSON_NAME = "person_name"
    PERSONAL_ID = "personal_id"
    PHONE = "phone"
    EMAIL = "email"
    TAX_CODE = "tax_code"


class When(StrEnum):
    """Where a date may lie, seen from the day of filing (Asia/Ho_Chi_Minh)."""

    ANY = ""
    PAST = "past"
    FUTURE = "future"


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One choice."""

    value: str
    label: str
    hint: str = ""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question, or a section, person, table … made of several.

    `name` may be dotted (`con.ho_ten`): answers nest by it. `spoken` is how a sentence names the
    field ("họ và tên của con"); without it the label is used. `show_if` is a rule (see
    docs/forms.md); a field that depends on another of its own page says so in `show_note` to people
    whose browser runs no script. `value` is the rule of a computed field. `decimals` counts digits
    after the comma. `partial` lets a date be a year, or a month of a year. `as_of` names the date
    field whose day decides which communes an address may name. `prefill` names a fact, such as
    `account.full_name`; a person takes all facts under the name. `anew` is asked again when the rest of an
    earlier filing is taken over: of another child, the name. `purpose` says to people why it
    is asked. `block` names the reusable block a section was taken from (`nguoi-nop@2`).
    """

    name: str
    kind: Kind
    label: str = ""
    spoken: str = ""
    hint: str = ""
    example: str = ""
    required: bool = True
    show_if: Rule = None
    show_note: str = ""
    value: Rule = None
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    parts: tuple[str, ...] = ()
    optional_parts: tuple[str, ...] = ()
    format: Format = Format.NONE
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: str = ""
    when: When = When.ANY
    partial: bool = False
    rows_min: int = 0
    rows_max: int = 20
    row_label: str = ""
    as_of: str = ""
    prefill: str = ""
    anew: bool = False
    empty_fault: str = ""
    purpose: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a page's answers are kept while they are typed.

    `href` takes what is typed, `draft` and `who` name the copy a phone keeps, `seen` is the fingerprint of
    what the page held when it was drawn, `saved` and `now` are seconds since 1970, `fresh` is false while
    the page shows words that were not kept.
    """

    href: str
    draft: str
    who: str
    page: str
    seen: str
    saved: int
    now: int
    fresh: bool = True


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One page: one decision, its question as heading."""

    name: str
    question: str
    fields: tuple[Field, ...]
    part: str = ""
    hint: str = ""
    show_if: Rule = None


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of pages that people see as one: "Phần 2/4: Cha mẹ"."""

    name: str
    title: str


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must hold between answers. Asked once everything it reads is answered.

    `at` is the answer that carries the fault, `fault` the sentence.
    """

    name: str
    at: str
    holds: Rule
    fault: str


class FormDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form. `law` gives names to dated legal values, read by rules as `law.<name>`."""

    title: str
    pages: tuple[Page, ...]
    parts: tuple[Part, ...] = ()
    checks: tuple[Check, ...] = ()
    minutes: int = 5
    law: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer a definition asks for; `table` is the path of the table it is a column of.

    `named` is a name that stands alone, away from its page: whose birth date it is.
    """

    path: str
    label: str
    kind: Kind
    page: str
    table: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    named: str = ""


class RuleFaulty(Invalid):
    """A condition that cannot be asked of a form's answers; the message says why."""

    code = "rule-faulty"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a definition. `where` is a name or path, `sentence` Vietnamese.

    One that `blocks` keeps the definition from being published; another is a warning to think about.
    """

    code: str
    where: str
    sentence: str
    blocks: bool = True


class DefinitionFaulty(Invalid):
    """The definition cannot be published; `faults` maps places to sentences."""

    code = "form-definition-faulty"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            _("Mẫu tờ khai chưa công bố được. Hãy sửa các lỗi được nêu rồi công bố lại."),
            faults={f"{problem.where}#{problem.code}": problem.sentence for problem in problems},
        )
        self.problems = problems


class VersionUnknown(NotFound):
    """No such version, or no such page in it."""

    code = "form-version-unknown"


@dataclass(frozen=True, slots=True)
class Validated:
    """Answers after repair, without what is not asked, with what is computed; and what is wrong.

    `faults` maps an answer's path (`con.ngay_sinh`, `lao_dong.0.ho_ten`) to a sentence, in the order
    of the form.
    """

    answers: Answers
    faults: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class PageView:
    """A page that is asked, given the answers so far. `part_number` counts from 1; 0 without parts."""

    name: str
    question: str
    hint: str
    part: str
    part_title: str
    part_number: int
    part_count: int
    number: int
    count: int
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of a definition still being written. `html` is the form element, `page` its name, `asked` the
    pages asked with these answers, `dropped` the number of rules that cannot run yet."""

    html: str
    page: str
    answers: Answers
    asked: tuple[str, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question whose answer is missing or wrong: its path (of a table, the whole table), what it is called,
    and what is wrong, in a sentence for each place.
    """

    path: str
    label: str
    faults: dict[str, str]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One answer as people read it. `files` are paper references; `answered` is false for "Không khai".

    `strokes` is a signature drawn by hand, as an SVG path.
    """

    path: str
    label: str
    value: str
    page: str
    part_title: str
    kind: Kind
    answered: bool = True
    files: tuple[str, ...] = ()
    strokes: str = ""

    @property
    def shown(self) -> str:
        """The value as a page shows it: a signature drawn by hand as it was drawn."""
        return drawn(self.strokes, self.value) if self.strokes else self.value


def drawn(strokes: str, words: str) -> SafeString:
    """A signature as a picture; `words` say it to who cannot see it."""
    return format_html(
        '<svg class="ui-signed" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>',
        *SIGNATURE_BOX,
        words,
        strokes,
    )


class PrefillSource(Protocol):
    """Facts that another room knows of who files: of documents held, of registers."""

    def facts(self, owner: OwnerRef, names: Collection[str], *, at: datetime) -> dict[str, Any]:
        """Facts by the names that a form asks for (`can-cuoc.number`); what is not known is left out."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """A fact that a register gives: its name below the register's word, and which questions it can fill.

    One named after a person or an organisation (`father`, or empty) stands for all parts of it.
    """

    name: str
    label: str | Promise
    kinds: tuple[Kind, ...]
    personal: bool = True


@dataclass(frozen=True, slots=True)
class Filling:
    """For what a register is asked: the filing, its procedure, whose account writes it, for whom.

    `relation` is by what right it is written for somebody else; `anew` asks although an answer came before,
    when what it filled is gone.
    """

    filing: UUID
    procedure: str
    title: str
    owner: OwnerRef
    relation: UUID | None
    by: ActorRef
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """What a page says of a register that should have filled it and did not; `again`: ask anew."""

    sentence: str
    again: bool


class Register(Protocol):
    """A register outside (dân cư, đăng ký doanh nghiệp) that is asked about who files."""

    @property
    def name(self) -> str | Promise:
        """What people call it."""
        ...

    @property
    def origin(self) -> str | Promise:
        """The mark of an answer that it gave."""
        ...

    @property
    def gives(self) -> tuple[Given, ...]:
        """Everything that may be asked of it."""
        ...

    def facts(self, names: Collection[str], *, about: Filling, at: datetime) -> dict[str, Any]:
        """Facts by the names asked; nothing when it may not be asked about whom, or gives no usable answer.

        Keeps a trace that the person can read. No transaction may be open.
        """
        ...


@dataclass(frozen=True, slots=True)
class Prefilled:
    """Answers that facts already give. `origins` maps a path to its mark ("Lấy từ tài khoản định danh")."""

    answers: Answers
    origins: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionView:
    """A published version of a form."""

    id: UUID
    code: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune that an address may name. `note` tells where it lies, or which old name was meant."""

    code: str
    name: str
    note: str = ""
