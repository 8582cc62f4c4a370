"""Gives procedures without a form the plain one and the process of their kind; equal ones are shared."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from uuid import UUID

from tinhso.forms import api as forms
from tinhso.foundation.refs import ActorRef
from tinhso.procedures.contracts import Content
from tinhso.procedures.plain import form_code, plain_form, plain_process
from tinhso.workflow import api as workflow


class Wardrobe:
    """Plain forms and processes published so far, so that thousands of procedures share a few."""

    def __init__(self, *, by: ActorRef, at: datetime) -> None:
        self._by, self._at = by, at
        self._forms: dict[str, UUID] = {}
        self._processes: dict[str, UUID] = {}

    def dressed(self, content: Content) -> Content:
        """The content with form and process; what it has already stays."""
        if content.form_version_id is None:
            content = dataclasses.replace(content, form_version_id=self._form(content))
        if content.process_version_id is None and not content.phases:
            key = content.process_key or plain_process(content)
            content = dataclasses.replace(content, process_key=key, process_version_id=self._process(key))
        return content

    def _form(self, content: Content) -> UUID:
        definition = plain_form(content)
        code = form_code(definition)
        if code not in self._forms:
            self._forms[code] = forms.publish(code=code, definition=definition, by=self._by, at=self._at)
        return self._forms[code]

    def _process(self, key: str) -> UUID:
        if key not in self._processes:
            drawing = workflow.drawing(key)
            self._processes[key] = workflow.deploy(key=key, bpmn=drawing, by=self._by, at=self._at)
        return self._processes[key]
