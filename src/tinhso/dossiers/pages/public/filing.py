"""What the pages of a filing share: who writes, which draft, which page comes next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tinhso.dossiers import asked_papers
from tinhso.dossiers.applicants import For
from tinhso.dossiers.capacities import PROOF, rule
from tinhso.dossiers.contracts import DraftView
from tinhso.dossiers.operations import drafts
from tinhso.dossiers.queries.drafts import last_sent, under_way
from tinhso.forms import api as forms
from tinhso.foundation import access, legal, moments
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity
from tinhso.procedures import api as procedures

Rest = ParamSpec("Rest")
NATIONAL_PORTAL = "https://dichvucong.gov.vn/"


@dataclass(frozen=True, slots=True)
class Filing:
    """One person's filing of one procedure, as it stands at this request."""

    by: ActorRef
    owner: OwnerRef
    at: datetime
    version: procedures.VersionView
    draft: DraftView
    relation: identity.RelationView | None = None

    @property
    def ended(self) -> bool:
        """Whether it is written for somebody for whom this person may not file any more."""
        return self.draft.relation is not None and (self.relation is None or not self.relation.holds)

    @property
    def whom(self) -> For:
        """For whom it is written."""
        return For(relation=self.draft.relation, members=self.draft.members)

    @property
    def papers(self) -> tuple[procedures.PaperAsked, ...]:
        """The papers asked for with the answers so far; of a group, also the one that names their contact."""
        asked = asked_papers.asked(self.version, self.draft.answers, at=self.at)
        if not self.draft.members:
            return asked
        kinds = rule(self.version.code, Capacity.GROUP, on=moments.today(self.at)).kinds
        named = [procedures.PaperAsked(code=PROOF, name=kind.name, hint=kind.hint) for kind in kinds[:1]]
        return (*named, *asked)

    @property
    def root(self) -> str:
        return f"/nop/{self.version.code}/"

    def pages(self) -> tuple[forms.PageView, ...]:
        """The pages that are asked, given the answers so far."""
        if self.version.form_version_id is None:
            return ()
        return forms.pages(self.version.form_version_id, self.draft.answers, at=self.at)

    def faults(self) -> dict[str, str]:
        """What is still wrong or missing in the answers, in the order of the form."""
        if self.version.form_version_id is None:
            return {}
        return forms.validate(self.version.form_version_id, self.draft.answers, at=self.at).faults

    def page_of(self, path: str) -> str | None:
        """The page that asks for an answer."""
        for page in self.pages():
            if any(path == asked or path.startswith(f"{asked}.") for asked in page.paths):
                return page.name
        return None

    def missing(self) -> tuple[procedures.PaperAsked, ...]:
        """Papers that must come in any case and have no file yet."""
        have = {paper.code for paper in self.draft.papers}
        return tuple(paper for paper in self.papers if paper.always and paper.code not in have)

    def unfinished(self) -> str:
        """The address of the first page that still needs something; the review when none does."""
        if self.draft.agency is None:
            return f"{self.root}noi-nop/"
        for path in self.faults():
            page = self.page_of(path)
            if page is not None:
                return f"{self.root}phan/{page}/"
        return f"{self.root}giay-to/" if self.missing() else f"{self.root}xem-lai/"

    def onward(self) -> str:
        """The same, going on only through what is still open."""
        goes = self.unfinished()
        return f"{goes}?sua=1" if "/phan/" in goes else goes

    def after(self, page: str) -> str:
        """The address that follows a page of the form."""
        order = [each.name for each in self.pages()]
        following = order[order.index(page) + 1 :] if page in order else []
        return f"{self.root}phan/{following[0]}/" if following else self.after_form()

    def after_form(self) -> str:
        """What follows the last page of the form."""
        return f"{self.root}giay-to/" if self.papers else f"{self.root}xem-lai/"

    def before(self, page: str) -> str:
        """Where the back link of a page of the form leads; an empty page means after the last."""
        order = [each.name for each in self.pages()]
        earlier = order[: order.index(page)] if page in order else order
        return f"{self.root}phan/{earlier[-1]}/" if earlier else f"{self.root}noi-nop/"


def step(
    view: Callable[Concatenate[HttpRequest, Filing, Rest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of a filing under way: for the person whose it is; without one, back to its beginning."""

    def standing(
        request: HttpRequest, found: Filing, /, *rest: Rest.args, **more: Rest.kwargs
    ) -> HttpResponseBase:
        return to_choose(found) if found.ended else view(request, found, *rest, **more)

    return wraps(view)(typing_step(standing))


def typing_step(
    view: Callable[Concatenate[HttpRequest, Filing, Rest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """The same for a page on which something is typed: it is kept though the right to file has ended."""

    @never_cache
    @access.person()
    @wraps(view)
    def opened(request: HttpRequest, code: str, *rest: Rest.args, **more: Rest.kwargs) -> HttpResponseBase:
        found = filing_of(request, code)
        if found is None:
            return _gone(request, code)
        return view(request, found, *rest, **more)

    return opened


def to_choose(filing: Filing) -> HttpResponse:
    """Back to the question for whom it is filed; what was typed stays."""
    return HttpResponseRedirect(f"{filing.root}cho-ai/")


def _gone(request: HttpRequest, code: str) -> HttpResponse:
    """No filing is under way: Back after sending says that it was sent; otherwise it begins anew."""
    _by, owner = who(request)
    sent = last_sent(owner, procedure=code) is not None and not elsewhere(moments.now())
    return HttpResponseRedirect(f"/nop/{code}/xem-lai/" if sent else f"/nop/{code}/")


def filing_of(request: HttpRequest, code: str) -> Filing | None:
    """The visitor's open filing of a procedure, brought to the version in force. Raises UnknownProcedure."""
    by, owner = who(request)
    at = moments.now()
    version = procedures.published(code=code, at=at)
    draft = under_way(owner, procedure=code)
    if draft is None or version.form_version_id is None or elsewhere(at):
        return None
    if draft.version != version.id:
        drafts.renew(draft_id=draft.id, version_id=version.id, by=by, at=at)
        draft = under_way(owner, procedure=code)
    if draft is None:
        return None
    relation = identity.relation(draft.relation, at=at) if draft.relation else None
    return Filing(by=by, owner=owner, at=at, version=version, draft=draft, relation=relation)


def who(request: HttpRequest) -> tuple[ActorRef, OwnerRef]:
    """The person who acts and for whom. Raises NotAllowed when nobody is signed in."""
    owner = identity.applicant_of(request)
    if owner is None:
        raise NotAllowed(_("Hãy đăng nhập để nộp hồ sơ."))
    return identity.actor_of(request), owner


def elsewhere(at: datetime) -> bool:
    """Whether people file at the national portal: legal value `public_channel`."""
    return legal.text("public_channel", on=moments.today(at)) == "national"


def show(request: HttpRequest, template: str, *, status: int = 200, **facts: Any) -> HttpResponse:
    """A page of this room."""
    return render(request, f"dossiers/public/{template}.html", facts, status=status)
