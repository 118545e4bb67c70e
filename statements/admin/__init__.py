"""Django's admin site, for site administrators: look at everything, change accounts, delete nothing."""

from statements.admin import corpus, event, statement, user  # noqa: F401  (each registers its tables)
from statements.admin.site import site

__all__ = ["site"]
