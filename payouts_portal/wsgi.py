"""The entry point of web servers: `gunicorn payouts_portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payouts_portal.settings")

application = get_wsgi_application()
