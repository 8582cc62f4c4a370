"""Addresses of these pages."""

from __future__ import annotations

from datetime import date

from django.urls import URLPattern, path, register_converter

from tinhso.counter.pages.public import appointment, arriving, asking, booking, choosing, machines, phones


class DayConverter:
    """A day in an address: 2026-11-30."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError, which Django takes for another address."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """The day as written."""
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns: list[URLPattern] = [
    path("quay/<slug:slug>/", phones.office, name="queue-office"),
    path("quay/<slug:slug>/<str:key>/lay-so/", machines.kiosk, name="queue-kiosk"),
    path("quay/<slug:slug>/<str:key>/den-hen/", arriving.arrive, name="queue-arrive"),
    path("quay/<slug:slug>/<str:key>/phieu/<str:token>/", machines.printed, name="queue-printed"),
    path("quay/<slug:slug>/<str:key>/bang/", machines.board, name="queue-board"),
    path("quay/<slug:slug>/<str:key>/tra-cuu/", asking.ask, name="queue-ask"),
    path("so/<str:token>/", phones.mine, name="queue-mine"),
    path("so/<str:token>/bo/", phones.leave, name="queue-leave"),
    path("dat-lich/", choosing.offices, name="booking-offices"),
    path("dat-lich/ma/<str:token>/", booking.code, name="booking-code"),
    path("dat-lich/<slug:slug>/", choosing.services, name="booking-services"),
    path("dat-lich/<slug:slug>/<slug:letter>/", choosing.days, name="booking-days"),
    path("dat-lich/<slug:slug>/<slug:letter>/<day:day>/", choosing.times, name="booking-times"),
    path("dat-lich/<slug:slug>/<slug:letter>/<day:day>/<slug:clock>/", booking.who, name="booking-who"),
    path("lich-hen/<str:token>/", appointment.mine, name="appointment"),
    path("lich-hen/<str:token>/lich-hen.ics", appointment.file, name="appointment-file"),
    path("lich-hen/<str:token>/doi/", appointment.other_day, name="appointment-day"),
    path("lich-hen/<str:token>/doi/<day:day>/", appointment.other_time, name="appointment-time"),
    path("lich-hen/<str:token>/huy/", appointment.cancel, name="appointment-cancel"),
]
