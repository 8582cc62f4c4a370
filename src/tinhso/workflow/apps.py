from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "tinhso.workflow"
    label = "workflow"
