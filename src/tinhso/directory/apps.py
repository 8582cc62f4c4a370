from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tinhso.foundation import acts


class DirectoryConfig(AppConfig):
    name = "tinhso.directory"
    label = "directory"

    def ready(self) -> None:
        acts.declare("directory.reorganise", str(_("Sắp xếp đơn vị hành chính")), subject="territory")
        acts.declare("directory.establish", str(_("Thành lập cơ quan, đơn vị")), subject="agency")
        acts.declare("directory.dissolve", str(_("Giải thể, sáp nhập cơ quan")), subject="agency")
        acts.declare("directory.identify", str(_("Cấp mã định danh cơ quan")), subject="agency")
