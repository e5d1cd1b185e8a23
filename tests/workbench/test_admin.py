"""Every admin list opens; only members and guidelines can be changed there."""

from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from annotations.models import Project
from tests import scenes


def test_lists_open_and_nothing_but_the_project_can_be_changed(db, tmp_path, client: Client) -> None:
    made = scenes.scene(tmp_path)
    scenes.answered(made)
    scenes.queued_round(made)
    root = User.objects.create_superuser("root")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    ours = [model for model in admin.site._registry if model._meta.app_label in ("annotations", "training")]
    assert len(ours) >= 8
    for model in ours:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200, model
        assert client.get(reverse(f"{name}_add")).status_code == 403, model
        row = model._default_manager.first()
        if row is not None and model is not Project:
            page = client.get(reverse(f"{name}_change", args=[row.pk])).content.decode()
            assert 'name="_save"' not in page, model
    assert (
        'name="_save"'
        in client.get(reverse("admin:annotations_project_change", args=[made.project.pk])).content.decode()
    )
