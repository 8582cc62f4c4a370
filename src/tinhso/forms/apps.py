from django.apps import AppConfig

from tinhso.foundation import acts


class FormsConfig(AppConfig):
    name = "tinhso.forms"
    label = "forms"

    def ready(self) -> None:
        acts.declare("forms.publish", "Công bố mẫu tờ khai", subject="form")
