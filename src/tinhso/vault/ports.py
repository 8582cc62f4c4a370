"""What this room binds of lower rooms when Django starts: the files its documents hold, whose they are."""

from django.utils.translation import gettext_noop as _

from tinhso.forms import api as forms
from tinhso.foundation import files
from tinhso.identity import api as identity
from tinhso.vault.filling import Held
from tinhso.vault.models import Document, Share, Use
from tinhso.vault.operations import merged

forms.fill_from("vault", Held())
files.hold(Document, "file_id")
identity.names_person(Document, "owner_id", what=_("giấy tờ trong kho"), settle=merged.documents)
identity.names_person(Share, "owner_id", what=_("liên kết chia sẻ"))
identity.names_person(Use, "owner_id", what=_("lượt dùng giấy tờ"))
