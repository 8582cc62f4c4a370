from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tinhso.tasks"
    label = "tasks"
