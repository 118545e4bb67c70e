"""The server's way in."""

import multiprocessing
import os
import signal
from multiprocessing.process import BaseProcess
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")

application = get_wsgi_application()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


if (_parent := multiprocessing.parent_process()) is not None:  # this is a worker of granian's
    # Ctrl-C goes to every process of a group. A worker that ended at once would count as crashed, so that
    # the whole would not have stopped cleanly; in a group of its own it waits until the parent tells it.
    os.setpgid(0, 0)
    # If the parent is killed, nobody tells: a worker left over would keep the port.
    Thread(target=_end_with, args=[_parent], daemon=True).start()
