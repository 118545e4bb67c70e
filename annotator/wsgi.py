"""The server's way in."""

import gc
import multiprocessing
import os
import signal
import sys
from multiprocessing.process import BaseProcess
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")

application = get_wsgi_application()

# A thread that holds the write lock of SQLite gives the interpreter up with every statement. With Python's
# own 5 ms it would wait as long to get it back each time, while every other writer waits for the lock.
sys.setswitchinterval(0.0005)

# What was loaded stays: looking through it for garbage again and again costs a tenth of every request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 100)


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


if (_parent := multiprocessing.parent_process()) is not None:  # this is a worker of granian's
    # If the parent is killed, nobody tells: a worker left over would keep the port.
    Thread(target=_end_with, args=[_parent], daemon=True).start()
