"""Run a module as `python -m` does, and end it when the process that started it is gone.

    python -m annotator.supervised granian annotator.wsgi:application

That process holds the other end of standard input open for as long as it lives, however it ends.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from threading import Thread


def _end_with_parent() -> None:
    while os.read(0, 1):  # returns nothing once the other end is closed
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
