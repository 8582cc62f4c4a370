"""What this room binds of lower rooms when Django starts: the files its documents hold."""

from tinhso.foundation import files
from tinhso.vault.models import Document

files.hold(Document, "file_id")
