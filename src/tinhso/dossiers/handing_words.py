"""What officers are told when work goes from one to another, or lies with nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.turning import subject_of
from tinhso.identity import api as identity
from tinhso.notify import api as notify

HANDED = notify.declare_kind(
    "handed",
    label=gettext_lazy("Việc được giao, được giao lại"),
    hint=gettext_lazy("Khi có người giao hồ sơ cho anh/chị, giao của anh/chị cho người khác, hoặc nhờ thay."),
    readers=notify.Readers.OFFICERS,
)
GIVEN = notify.declare(
    "dossiers.given",
    subject=_("Anh/chị được giao hồ sơ %(code)s"),
    body=_("Bước: %(step)s. %(who)s giao, trước đó của: %(before)s. %(reason)s"),
    kind=HANDED,
)
TAKEN = notify.declare(
    "dossiers.taken",
    subject=_("Hồ sơ %(code)s đã giao cho %(to)s"),
    body=_("%(who)s giao lại. Anh/chị không phải làm gì thêm. %(reason)s"),
    kind=HANDED,
)
GIVEN_MANY = notify.declare(
    "dossiers.given_many",
    subject=_("Anh/chị được giao %(count)s hồ sơ"),
    body=_("%(who)s giao. %(reason)s Các hồ sơ nằm trong “Việc của tôi”."),
    kind=HANDED,
)
TAKEN_MANY = notify.declare(
    "dossiers.taken_many",
    subject=_("%(count)s hồ sơ của anh/chị đã giao cho %(to)s"),
    body=_("%(who)s giao lại. %(reason)s"),
    kind=HANDED,
)
STANDS_IN = notify.declare(
    "dossiers.stands_in",
    subject=_("Anh/chị thay %(name)s từ %(begins)s"),
    body=_("Đến %(ends)s, hồ sơ của %(name)s cũng nằm trong “Việc của tôi”, ghi “thay %(name)s”."),
    kind=HANDED,
)
AWAY_ALONE = notify.declare(
    "dossiers.away_alone",
    subject=_("%(name)s vắng từ %(begins)s, chưa có người thay"),
    body=_("Đến %(ends)s, hồ sơ của %(name)s nằm trong “Việc của tôi” của anh/chị. Hãy cử người thay."),
    kind=HANDED,
)
NOBODY = notify.declare(
    "dossiers.with_nobody",
    subject=_("%(count)s hồ sơ chưa có người làm: %(role)s, %(unit)s"),
    body=_("Vị trí này đang không có ai. Hãy giao hồ sơ cho người khác hoặc cử người giữ vị trí."),
    kind=HANDED,
)
BACKLOG = "/can-bo/ho-so/?xem=cua-toi"


def officer(id: UUID, name: str) -> notify.Recipient:
    """An officer as the one who is told."""
    return notify.Recipient(name=name, kind="officer", id=id)


def moved(
    dossier: Dossier,
    *,
    before: UUID | None,
    names: Mapping[UUID, str],
    reason: str,
    by: UUID | None,
    who: str,
    at: datetime,
) -> None:
    """Tell who has the dossier now and who had it; nobody hears of what they did themselves."""
    facts = {
        "code": dossier.code,
        "step": dossier.step_name,
        "who": who,
        "before": names.get(before, "") if before else "…",
        "to": names.get(dossier.holder, "") if dossier.holder else "",
        "reason": reason,
    }
    told = [(dossier.holder, GIVEN)] if dossier.holder else []
    told += [(before, TAKEN)] if before and before != dossier.holder else []
    notify.send_all(
        [
            notify.Notice(
                to=officer(id, names.get(id, "")),
                template=template,
                facts=facts,
                about=subject_of(dossier),
                link=f"/can-bo/ho-so/{dossier.code}/",
                by=by,
            )
            for id, template in told
            if id is not None
        ],
        at=at,
    )


def many(
    *,
    to: UUID | None,
    before: Mapping[UUID | None, int],
    reason: str,
    by: UUID | None,
    who: str,
    at: datetime,
) -> None:
    """One message each: to whoever was given many dossiers, and to those who had them, by how many."""
    names = identity.officer_names([id for id in (to, *before) if id])
    facts = {"who": who, "to": names.get(to, "") if to else "", "reason": reason}
    rows = [(to, GIVEN_MANY, sum(before.values()))] if to else []
    rows += [(id, TAKEN_MANY, count) for id, count in before.items() if id is not None and id != to]
    notify.send_all(
        [
            notify.Notice(
                to=officer(id, names.get(id, "")),
                template=template,
                facts=facts | {"count": count},
                link=BACKLOG,
                by=by,
            )
            for id, template, count in rows
        ],
        at=at,
    )


def all_of(
    officers: Iterable[UUID],
    template: str,
    facts: Mapping[str, object],
    *,
    at: datetime,
    by: UUID | None = None,
) -> None:
    """The same words to several officers, about no dossier in particular."""
    names = identity.officer_names(list(officers))
    notify.send_all(
        [
            notify.Notice(to=officer(id, name), template=template, facts=facts, link=BACKLOG, by=by)
            for id, name in names.items()
        ],
        at=at,
    )
