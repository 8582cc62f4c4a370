"""Pages for people: templates, the style sheet, and the headers that keep them safe."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

TEMPLATES = Environment(
    loader=PackageLoader("national"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    template: str,
    *,
    status: int = 200,
    forms_to: str = "",
    **facts: Any,
) -> HTMLResponse:
    """Render a page; `forms_to` is a further origin its forms may end at (browsers check redirects too)."""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {forms_to}".rstrip()
    )
    return HTMLResponse(
        TEMPLATES.get_template(template).render(facts),
        status_code=status,
        headers={
            "content-security-policy": policy,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        },
    )


async def style(_: Request) -> Response:
    """The one style sheet."""
    css = files("national").joinpath("static/national.css").read_text(encoding="utf-8")
    return Response(css, media_type="text/css", headers={"cache-control": "max-age=3600"})
