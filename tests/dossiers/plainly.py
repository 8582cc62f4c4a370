"""Rows and dossiers as machines read them, made from the objects, to hold the database's text against."""

from __future__ import annotations

from typing import Any

from tinhso.dossiers.contracts import DossierRow, DossierView


def row_out(row: DossierRow) -> dict[str, Any]:
    """A row of a list as JSON."""
    return {
        "id": row.id,
        "code": row.code,
        "status": row.status,
        "procedure": {"code": row.procedure_code, "name": row.procedure_name},
        "applicant": row.applicant_name,
        "agency": row.agency_name,
        "unit": row.unit_name,
        "step": {"key": row.step, "name": row.step_name, "role": row.role},
        "holder": row.holder_name,
        "via": row.via,
        "submitted_at": row.submitted_at,
        "accepted_at": row.accepted_at,
        "due_at": row.due_at,
        "stopped_since": row.stopped_since,
        "finished_at": row.finished_at,
        "version": row.version,
        "flags": row.flags,
    }


def view_out(view: DossierView) -> dict[str, Any]:
    """A dossier as JSON: contact and notes are left out, machines have no use for them."""
    return {
        **row_out(view.row),
        "bills": [],
        "answers": view.answers,
        "papers": [
            {
                "code": paper.code,
                "name": paper.name,
                "form": paper.form,
                "originals": paper.originals,
                "copies": paper.copies,
                "given_at": paper.given_at,
                "verdict": paper.verdict,
                "current": paper.current,
            }
            for paper in view.papers
        ],
        "history": [
            {
                "at": line.at,
                "act": line.act,
                "actor": line.actor,
                "status": line.status,
                "note": line.note,
            }
            for line in view.history
        ],
        "promise": list(view.promise_words),
        "result": {"title": view.result.title, "state": view.result.state, "number": view.result.number}
        if view.result
        else None,
    }
