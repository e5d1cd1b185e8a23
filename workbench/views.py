"""What a supervisor asks: is the process alive, and can it serve?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workbench import broker


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database is migrated and the broker answers, 503 with what is missing otherwise."""
    parts = {**_database(), "broker": "ok" if broker.answers() else "does not answer"}
    ready = all(found == "ok" for found in parts.values())
    return JsonResponse(parts, status=200 if ready else 503)


def _database() -> dict[str, str]:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return {"database": "does not answer", "migrations": "unknown"}
    return {"database": "ok", "migrations": f"{len(missing)} to apply" if missing else "ok"}
