"""The project's settings say when the queue is still in its former order."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.models import Project
from tests.scenes import Scene


def test_a_new_order_that_is_due_is_announced_until_it_is_made(made: Scene, client: Client) -> None:
    client.force_login(made.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("project-settings", args=[made.project.slug])
    assert "puts the open pairs in their new order" not in client.get(page).content.decode()
    Project.objects.update(order_due_at=timezone.now())
    assert "puts the open pairs in their new order" in client.get(page).content.decode()
