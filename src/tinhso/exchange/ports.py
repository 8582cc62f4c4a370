"""What the exchange brings to lower rooms when Django starts: entries in the navigation, its page of the data
log, a column that names persons."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from tinhso.exchange.models import Dispute
from tinhso.exchange.pages.desk import (
    agreements_navigation,
    disputes_navigation,
    messages_navigation,
    navigation,
    overview_navigation,
)
from tinhso.exchange.pages.public import data_log
from tinhso.exchange.usage import merged
from tinhso.identity import api as identity

__all__ = [
    "agreements_navigation",
    "disputes_navigation",
    "messages_navigation",
    "navigation",
    "overview_navigation",
]

identity.elsewhere.add(
    "exchange", identity.Elsewhere(_("Ai đã dùng dữ liệu của tôi ở các cơ quan khác"), data_log.HOME)
)
identity.names_person(Dispute, "person_id", what=noop("phản ánh về dùng dữ liệu"), settle=merged.disputes)
