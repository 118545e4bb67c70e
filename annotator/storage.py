"""Static files under names that carry their content, so that browsers can keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

Found = Mapping[str, tuple[FileSystemStorage, str]]
"""Files by their names below the static root: where each comes from, and its name there."""


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Also rewrites what modules of JavaScript import from each other; makes nothing again that is made.

    To hash and to compress all files takes most of a start, and hardly ever anything has changed.
    """

    support_js_module_import_aggregation = True

    def post_process(self, paths: Found, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        note, made_of = Path(self.path(".made-of")), fingerprint(paths)
        if dry_run or (note.exists() and note.read_text() == made_of):
            return
        yield from super().post_process(paths, **options)
        note.write_text(made_of)


def fingerprint(paths: Found) -> str:
    """Return a digest of all files, by name and content, and of what makes others of them.

    Not of their times: where a program is built to be the same again and again, all files have the same.
    """
    digest = hashlib.sha256(f"{version('django')} {version('whitenoise')}".encode())
    digest.update(Path(__file__).read_bytes())
    for name, (storage, path) in sorted(paths.items()):
        content = Path(storage.path(path)).read_bytes()
        digest.update(f"\n{name} {len(content)} ".encode() + content)
    return digest.hexdigest()
