"""Every component is a template `ui/components/<name>.html` that sees its own parameters and nothing else;
the few that lists repeat are in `small`.

Text parameters are escaped; a SafeString (from `format_html`, a block tag, another component) is HTML.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tinhso.ui.preparation import PREPARE, Params, texted
from tinhso.ui.small import DIRECT

# Where a plain sentence may stand for the dict that the component asks for.
SHORT = ("label", "hint", "error", "error_message", "prefix", "suffix")


def render(component: str, /, **params: Any) -> SafeString:
    """The HTML of a component, named with underscores or hyphens.

    `label`, `hint`, `error`, `legend`, `prefix`, `suffix` may be given as plain sentences. Raises
    TemplateDoesNotExist for an unknown name.
    """
    name = component.replace("_", "-")
    if name in DIRECT:
        return DIRECT[name](params)
    given = (
        _expand(params) if name != "fieldset" else {**params, "legend": texted(params.get("legend") or "")}
    )
    prepare = PREPARE.get(name)
    if prepare:
        prepare(given)
    return render_to_string(f"ui/components/{name}.html", {**given, "p": given})


def _expand(params: Mapping[str, Any]) -> Params:
    expanded = dict(params)
    for key in SHORT:
        if expanded.get(key):
            expanded[key] = texted(expanded[key])
    if "error" in expanded:
        expanded["error_message"] = expanded.pop("error") or None
    legend = expanded.pop("legend", None)
    if legend:
        expanded["fieldset"] = {**(expanded.get("fieldset") or {}), "legend": texted(legend)}
    return expanded
