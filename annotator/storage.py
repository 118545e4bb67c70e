"""Static files under names that carry their content, so that browsers can keep them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Also rewrites what modules of JavaScript import from each other."""

    support_js_module_import_aggregation = True
