"""Whether the system lives and is ready, for supervisors and load balancers."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from tinhso.foundation import access, jobs, moments

LEAST_FREE_BYTES = 1024**3


@require_safe
@access.anyone(reason="a supervisor asks whether the process answers")
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@access.anyone(reason="a load balancer asks whether to send visitors here; no data are shown")
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, worker and disk are well; 503 naming what is not."""
    checks = {name: _well(check) for name, check in CHECKS.items()}
    return JsonResponse(checks, status=200 if all(word == "ok" for word in checks.values()) else 503)


def _well(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(left)} not applied" if left else "ok"


def _worker() -> str:
    return "ok" if jobs.alive(at=moments.now()) else "no heartbeat"


def _disk() -> str:
    free = shutil.disk_usage(settings.HOME).free
    return "ok" if free > LEAST_FREE_BYTES else f"{free // 1024**2} MB free"


CHECKS = {"database": _database, "migrations": _migrations, "worker": _worker, "disk": _disk}
