"""Tags and filters of the visual language: `{% load ui %}`. Signatures are listed in docs/ui.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils import translation
from django.utils.safestring import SafeString

from tinhso.ui import attributes as html
from tinhso.ui import components, forms, navigation, small
from tinhso.ui.lateness import Lateness, Unit

register = template.Library()

register.filter("attributes", html.attributes)


@register.simple_tag
def component(which: str, /, **params: Any) -> SafeString:
    """`{% component "button" text=_("Tiếp tục") %}`: any component of ui/components."""
    return components.render(which, **params)


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; hidden from readers unless `label` names it."""
    return small.icon(name, label, size)


LOCAL_NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "ភាសាខ្មែរ"}


@register.simple_tag
def local_name(code: str) -> str:
    """A language in its own words and letters; Khmer as a drawing, so that its font is not fetched."""
    if code == "km":
        return icon("khmer", LOCAL_NAMES[code], "word")
    return LOCAL_NAMES[code]


@register.simple_tag
def vietnamese() -> SafeString:
    """` lang="vi"` for what is kept in Vietnamese only, where the page is in another language."""
    here = (translation.get_language() or "").startswith(settings.LANGUAGE_CODE)
    return SafeString("" if here else f' lang="{settings.LANGUAGE_CODE}"')


@register.simple_tag
def site(key: str) -> str:
    """A fact of this site: `name`, `province`, `phone`."""
    return str(settings.SITE[key])


@register.simple_tag(takes_context=True)
def nav_item(context: Context, href: str, text: str) -> SafeString:
    """An entry of the service navigation; current when the page lies under it."""
    request = context.get("request")
    current = request is not None and request.path.startswith(href)
    return components.render("nav-item", href=href, text=text, current=current)


@register.simple_tag(takes_context=True)
def desk_views(context: Context) -> SafeString:
    """The views that rooms bring to the left of the desk, for a signed-in officer."""
    request = context.get("request")
    if request is None or not context.get("officer"):
        return SafeString("")
    return components.render("views", groups=navigation.groups(request))


@register.simple_tag
def lateness(
    standing: str, amount: int = 0, unit: str = "day", at: str = "", explain: str = ""
) -> SafeString:
    """`{% lateness "late" amount=2 %}`; standing late, today, soon, ahead, paused(_late); day or hour."""
    return components.render(
        "lateness", standing=Lateness(standing), amount=amount, unit=Unit(unit), at=at, explain=explain
    )


@register.simple_tag
def form_field(bound: BoundField, **extra: Any) -> SafeString:
    """One field of a form: `{% form_field form.name hint=… %}`."""
    return forms.field(bound, **extra)


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """All fields of a form."""
    return forms.fields(form)


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The error summary of a form; empty while nothing is wrong."""
    return forms.errors(form)


class Block(Node):
    """A component around content, which becomes its `text`."""

    def __init__(
        self, name: FilterExpression, params: Mapping[str, FilterExpression], content: NodeList
    ) -> None:
        self.name = name
        self.params = params
        self.nodelist = content

    def render(self, context: Context) -> SafeString:
        params = {key: value.resolve(context) for key, value in self.params.items()}
        params["text"] = self.nodelist.render(context)
        return components.render(self.name.resolve(context), **params)


@register.tag("wrap")
def wrap(parser: Parser, token: Token) -> Block:
    """`{% wrap "details" summary=… %}…{% endwrap %}`: a component around any content."""
    bits = token.split_contents()
    if len(bits) < 2:
        raise template.TemplateSyntaxError("wrap asks for the name of a component")
    rest = bits[2:]
    params = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"wrap takes name=value only, got {rest}")
    content = parser.parse(("endwrap",))
    parser.delete_first_token()
    return Block(parser.compile_filter(bits[1]), params, content)
