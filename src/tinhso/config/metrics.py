"""Prometheus metrics: how many requests, how long, of which route; how much work waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from tinhso.foundation import access

REQUESTS = Counter("tinhso_requests_total", "Answered requests", ["route", "method", "status"])
SECONDS = Histogram("tinhso_request_seconds", "Time to answer", ["route"])
WAITING = "SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name"
DEAD = "SELECT count(*) FROM foundation_deadletter WHERE resolved_at IS NULL"


class Measured:
    """Counts and times every request by its route, never by its path, which holds people's codes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        answer = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "unknown"
        REQUESTS.labels(route, request.method, str(answer.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return answer


class Waiting(Collector):
    """What the database knows: jobs that wait, dead letters that nobody has looked after."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Asked at each scrape, so that every process tells the same."""
        waiting = GaugeMetricFamily("tinhso_jobs_waiting", "Jobs that wait", labels=["queue"])
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            for queue, count in cursor.fetchall():
                waiting.add_metric([queue], count)
            cursor.execute(DEAD)
            dead = int(cursor.fetchone()[0])
        yield waiting
        yield GaugeMetricFamily("tinhso_dead_letters", "Dead letters not looked after", value=dead)


_DATABASE = CollectorRegistry()
_DATABASE.register(Waiting())


@require_safe
@access.anyone(reason="numbers without personal data; the front server keeps it to the inner network")
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics of this process and of the database."""
    return HttpResponse(
        generate_latest(REGISTRY) + generate_latest(_DATABASE), content_type=CONTENT_TYPE_LATEST
    )
