"""The web server's settings, the same on a laptop and on a server; gunicorn finds this file by itself."""

import os

bind = os.environ.get("GIS_NTM_BIND", "127.0.0.1:8000")
# Tiles wait on the database, so threads help; a second process uses the second core.
workers = int(os.environ.get("GIS_NTM_WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
# Longer than a statement may take (STATEMENT_TIMEOUT_MS), so that the reader gets an answer and not a cut line.
timeout = 60
keepalive = 15
# A heartbeat file on a slow disk makes workers look dead.
worker_tmp_dir = "/dev/shm"  # noqa: S108
control_socket_disable = True
