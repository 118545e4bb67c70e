#!/usr/bin/env python
"""Run a management command: `python manage.py help` lists them."""

import os
import sys

from annotator.env import BadSetting


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as wrong:
        sys.exit(f"annotator cannot start: {wrong}")


if __name__ == "__main__":
    main()
