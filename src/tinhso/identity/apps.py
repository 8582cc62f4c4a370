from django.apps import AppConfig
from django.utils.module_loading import import_string

from tinhso.foundation import acts


class IdentityConfig(AppConfig):
    name = "tinhso.identity"
    label = "identity"

    def ready(self) -> None:
        import_string("tinhso.identity.declared.declare")()
        acts.authority.bind(import_string("tinhso.identity.authorisation.judging.Judge")())
        import_string("tinhso.foundation.files.visitors").bind(
            import_string("tinhso.identity.visiting.actor_of")
        )
        import_string("tinhso.identity.subscriptions.agency_dissolved")
