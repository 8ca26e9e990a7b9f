"""Two questions of whoever runs the portal: is this process alive, and can it serve?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.http import require_safe

_MIGRATED = False


@require_safe
def livez(request):
    """Answer that the process runs; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request):
    """Answer 200 when the database answers and has every table this code needs, else 503 with what is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ready = _is_migrated()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "missing": "database"}, status=503)
    if not ready:
        return JsonResponse({"status": "unavailable", "missing": "migrations"}, status=503)
    return JsonResponse({"status": "ok"})


def _is_migrated():
    """Look for migrations to apply until there are none; they do not come back while the process runs."""
    global _MIGRATED
    if not _MIGRATED:
        executor = MigrationExecutor(connection)
        _MIGRATED = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _MIGRATED
