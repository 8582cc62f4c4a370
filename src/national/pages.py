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


STATIC = {"national.css": "text/css", "mark.svg": "image/svg+xml"}


async def static(http: Request) -> Response:
    """The style sheet and the mark."""
    name = http.path_params["file"]
    if name not in STATIC:
        return Response("unknown", 404)
    text = files("national").joinpath(f"static/{name}").read_text(encoding="utf-8")
    return Response(text, media_type=STATIC[name], headers={"cache-control": "max-age=3600"})
