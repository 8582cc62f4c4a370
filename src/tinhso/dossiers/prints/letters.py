"""Letters that a procedure has of its own (giấy mời, thông báo, thư kèm kết quả), set for one dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.dossiers import contact
from tinhso.dossiers.models import Content, Dossier
from tinhso.dossiers.prints.heads import agency_of, head, short
from tinhso.dossiers.queries.facts import known, merged
from tinhso.foundation import paper
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures

NOTATION = "TB"


def offered(version: procedures.VersionView, code: str) -> procedures.OwnLetter:
    """The letter of that code. Raises NotFound for one the version does not have."""
    found = next((letter for letter in version.own_letters if letter.code == code), None)
    if found is None:
        raise NotFound(_("Thủ tục của hồ sơ này không có thư đó. Hãy mở lại hồ sơ rồi chọn thư khác."))
    return found


def own_letter(
    dossier: Dossier, letter: procedures.OwnLetter, *, written: Mapping[str, str], by: ActorRef, at: datetime
) -> bytes:
    """The letter as PDF, with the officer's words in its places. Raises paper.ValuesMissing."""
    version = procedures.version(dossier.procedure_version_id)
    applicant = contact.opened(dossier)
    title = identity.officer(by.id, at).title if by.id else ""
    facts = known(dossier, version=version, agency=agency_of(dossier), applicant=applicant, at=at) | {
        "ho_so.ket_qua": version.results[0].name if version.results else version.name,
        "nguoi_ky.ho_ten": by.name,
        "nguoi_ky.chuc_vu": title,
        **{f"written.{name}": words for name, words in written.items()},
    }
    answers = Content.objects.values_list("answers", flat=True).get(dossier_id=dossier.id)
    data = head(dossier.agency_id, title=letter.name, on=today(at)) | {
        "number": short(dossier.code),
        "notation": NOTATION,
        "recipients": [applicant.name, _("Lưu: Hồ sơ.")],
        "signer": {"title": title or _("Người gửi"), "name": by.name},
        "merged": merged(letter.template, version=version, answers=answers, facts=facts, at=at),
    }
    return paper.render(template=letter.template, data=data, made_at=at)
