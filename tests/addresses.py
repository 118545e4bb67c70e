"""Every address of pages and API: how it is asked, with which right, and what it then answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from statements.access import PUBLIC, SIGNED_IN, SITE_ADMIN
from statements.roles import May


@dataclass(frozen=True)
class Address:
    """How a view is asked, with which right, and what it answers to whom that is open."""

    right: str
    args: tuple[str, ...] = ()  # names of what `world` holds
    method: str = "get"
    sent: dict[str, object] = field(default_factory=dict)  # "{sentence}" stands for the one of the world
    status: int = 200
    is_form: bool = False  # of the API, where all else is JSON


SAVE = {"key": "a-new-key"}
CHANGED = {"name": "Other", "languages": ["fr"], "mending": "adjudicators"}
FIRST = {"slug": "allegation", "key": "a", "palette": 1, "names": {"en": "Allegation"}}
TABLE = {
    "home": [Address(SIGNED_IN)],
    "health": [Address(PUBLIC)],
    "sign-in": [
        Address(PUBLIC),
        Address(PUBLIC, method="post", sent={"username": "nobody", "password": "guessed"}, status=422),
    ],
    "account_login": [Address(PUBLIC)],
    "sign-up": [Address(PUBLIC, status=404)],  # OPEN_SIGN_UP is off
    "mfa_authenticate": [Address(PUBLIC, status=302)],  # after the password only
    "account_reauthenticate": [Address(SIGNED_IN, status=403)],  # nothing to confirm without a password
    "mfa_reauthenticate": [Address(SIGNED_IN, status=403)],
    # No passkeys on a bare IP address.
    "mfa_reauthenticate_webauthn": [Address(SIGNED_IN, status=404)],
    "mfa_index": [Address(SIGNED_IN)],
    "mfa_activate_totp": [
        Address(SIGNED_IN),
        Address(SIGNED_IN, method="post", sent={"code": "0"}, status=422),
    ],
    "mfa_deactivate_totp": [Address(SIGNED_IN, status=404)],  # nothing to turn off
    "mfa_view_recovery_codes": [Address(SIGNED_IN, status=404)],
    "mfa_generate_recovery_codes": [
        Address(SIGNED_IN),
        Address(SIGNED_IN, method="post", status=422),  # without a second factor
    ],
    "mfa_download_recovery_codes": [Address(SIGNED_IN, status=404)],
    "mfa_list_webauthn": [Address(SIGNED_IN, status=404)],
    "mfa_add_webauthn": [Address(SIGNED_IN, status=404)],
    "mfa_edit_webauthn": [Address(SIGNED_IN, ("passkey",), status=404)],
    "mfa_remove_webauthn": [Address(SIGNED_IN, ("passkey",), status=404)],
    "account": [
        Address(SIGNED_IN),
        Address(SIGNED_IN, method="post", sent={"language": "en"}, status=302),
        Address(SIGNED_IN, method="post", sent={"language": "xx"}, status=422),
    ],
    "account-password": [
        Address(SIGNED_IN, status=302),
        Address(SIGNED_IN, method="post", status=422),
    ],
    "account-sessions": [
        Address(SIGNED_IN, status=302),
        Address(SIGNED_IN, method="post", status=302),
    ],
    "account-shortcuts": [
        Address(SIGNED_IN, status=302),
        Address(SIGNED_IN, method="post", status=302),
    ],
    "account-tokens": [
        Address(SIGNED_IN, status=302),
        Address(SIGNED_IN, method="post", status=422),
    ],
    "account-token-revoke": [Address(SIGNED_IN, ("token",), "post", status=404)],  # somebody else's
    "password-link": [
        Address(PUBLIC, ("secret",), status=410),
        Address(PUBLIC, ("secret",), "post", status=410),
    ],
    "forgotten": [Address(PUBLIC, status=404)],  # there is no EMAIL_URL
    "language": [Address(PUBLIC, method="post", sent={"language": "fr", "next": "/"}, status=302)],
    "sign-out": [Address(PUBLIC, method="post", status=302)],
    "corpus": [Address(May.READ, ("corpus",))],
    "statements": [Address(May.READ, ("corpus",))],
    "statement": [Address(May.READ, ("corpus", "statement"))],
    "corpus-new": [
        Address(SITE_ADMIN),
        Address(SITE_ADMIN, method="post", status=422),
        Address(SITE_ADMIN, method="post", sent={"name": "Another", "languages": ["en"]}, status=302),
    ],
    "corpus-edit": [
        Address(May.MANAGE, ("corpus",)),
        Address(May.MANAGE, ("corpus",), "post", {}, 422),
        Address(May.MANAGE, ("corpus",), "post", CHANGED, 302),
    ],
    "scheme": [Address(May.READ, ("corpus",))],
    "scheme-version": [Address(May.READ, ("corpus", "scheme"))],
    "scheme-edit": [
        Address(May.MANAGE, ("corpus",)),
        Address(May.MANAGE, ("corpus",), "post", {}, 400),
    ],
    "people": [
        Address(May.PEOPLE, ("corpus",)),
        Address(May.PEOPLE, ("corpus",), "post", {}, 422),
        Address(May.PEOPLE, ("corpus",), "post", {"username": "new", "roles": ["reviewer"]}),
    ],
    "person": [
        Address(May.PEOPLE, ("corpus", "member")),
        Address(May.PEOPLE, ("corpus", "member"), "post", {}, 422),
        Address(May.PEOPLE, ("corpus", "member"), "post", {"roles": ["researcher"]}, 302),
    ],
    "person-link": [
        Address(May.PEOPLE, ("corpus", "member"), "post"),
        Address(May.PEOPLE, ("corpus", "member"), status=302),
    ],
    "person-remove": [
        Address(May.PEOPLE, ("corpus", "member")),
        Address(May.PEOPLE, ("corpus", "member"), "post", {}, 302),
    ],
    "history": [Address(May.HISTORY, ("corpus",))],
    "export": [Address(May.EXPORT, ("corpus",))],
    "sentence": [Address(May.READ, ("sentence",))],
    "sentence-mend": [
        Address(May.MEND, ("sentence",)),
        Address(May.MEND, ("sentence",), "post", {**SAVE, "what": "merge"}, 409),  # another paragraph
        Address(May.MEND, ("sentence",), "post", {**SAVE, "what": "across"}, 302),
        Address(May.MEND, ("sentence",), "post", {}, 422),
    ],
    "my-work": [Address(May.ANNOTATE, ("corpus",))],
    "tag": [Address(May.ANNOTATE, ("corpus",), status=302)],
    "desk": [Address(May.ANNOTATE, ("corpus", "statement"))],
    "splits": [Address(May.MEND_SETTLED, ("corpus",))],
    "splits-statements": [Address(May.MEND_SETTLED, ("corpus",))],
    "splits-mend": [
        Address(May.MEND_SETTLED, ("corpus",), "post", SAVE, 422),  # nothing is named
        Address(May.MEND_SETTLED, ("corpus",), status=302),
    ],
    "splits-answer": [
        Address(May.MEND_SETTLED, ("corpus",), "post", {}, 422),  # nothing is named
        Address(May.MEND_SETTLED, ("corpus",), status=302),
    ],
    "split-anew": [
        Address(May.MEND_SETTLED, ("corpus", "statement")),
        Address(May.MEND_SETTLED, ("corpus", "statement"), "post", SAVE, 409),  # it is split so already
    ],
    "undo-latest": [
        Address(May.ANNOTATE, ("corpus",), "post", SAVE, 302),
        Address(May.ANNOTATE, ("corpus",), status=302),
    ],
    "redo-latest": [
        Address(May.ANNOTATE, ("corpus",), "post", SAVE, 302),
        Address(May.ANNOTATE, ("corpus",), status=302),
    ],
    "annotation-save": [
        Address(May.ANNOTATE, ("sentence",), "post", {**SAVE, "choose": "none"}, 302),
        Address(May.ANNOTATE, ("sentence",), status=302),
        Address(May.ANNOTATE, ("sentence",), "post", {}, 422),
    ],
    "upload": [
        Address(May.UPLOAD, ("corpus",)),
        Address(May.UPLOAD, ("corpus",), "post", {}, 422),
        Address(May.UPLOAD, ("corpus",), "post", {"title": "T", "language": "en", "text": "A new one."}, 302),
        Address(May.UPLOAD, ("corpus",), "post", {"text": "A new one that says nothing else."}, 302),
    ],
    "upload-preview": [Address(May.UPLOAD, ("corpus", "upload"))],
    "upload-store": [
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload"), status=302),
    ],
    "upload-discard": [
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload"), status=302),
    ],
    "upload-progress": [Address(May.UPLOAD, ("corpus", "upload"))],
    "upload-cancel": [
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}, 409),  # nothing runs
        Address(May.UPLOAD, ("corpus", "upload"), status=302),
    ],
    "upload-take-back": [
        Address(May.UPLOAD, ("corpus", "stored")),
        Address(May.UPLOAD, ("corpus", "stored"), "post", {}, 302),
    ],
    "upload-source": [
        Address(May.UPLOAD, ("corpus", "upload", "file"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload", "file"), status=302),
    ],
    "upload-original": [Address(May.UPLOAD, ("corpus", "upload", "file"))],
    "upload-draft": [
        Address(May.UPLOAD, ("corpus", "upload", "draft")),
        Address(May.UPLOAD, ("corpus", "upload", "draft"), "post", {}, 422),
    ],
    "upload-choose": [
        Address(May.UPLOAD, ("corpus", "upload", "draft"), "post", {"out": "1"}, 302),
        Address(May.UPLOAD, ("corpus", "upload", "draft"), status=302),
    ],
    "upload-parts": [
        Address(May.UPLOAD, ("corpus", "upload", "draft"), "post", {}, 302),
        Address(May.UPLOAD, ("corpus", "upload", "draft"), status=302),
    ],
    "statement-edit": [
        Address(May.UPLOAD, ("corpus", "statement")),
        Address(May.UPLOAD, ("corpus", "statement"), "post", {}, 422),
        Address(May.UPLOAD, ("corpus", "statement"), "post", {"title": "T", "language": "en"}, 302),
    ],
    "api-uploads": [
        Address(May.UPLOAD, ("corpus",)),
        Address(May.UPLOAD, ("corpus",), "post", {}, 400, is_form=True),
    ],
    "api-upload": [
        Address(May.UPLOAD, ("corpus", "upload")),
        Address(May.UPLOAD, ("corpus", "upload"), "post", {}),
        Address(May.UPLOAD, ("corpus", "upload"), "delete"),
    ],
    "api-drafts": [Address(May.UPLOAD, ("corpus", "upload"))],
    "api-draft": [
        Address(May.UPLOAD, ("corpus", "upload", "draft")),
        Address(May.UPLOAD, ("corpus", "upload", "draft"), "patch", {"left_out": True}),
    ],
    "api-source": [
        Address(May.UPLOAD, ("corpus", "upload", "file")),
        Address(May.UPLOAD, ("corpus", "upload", "file"), "patch", {"encoding": "cp1252"}),
    ],
    "api-export": [Address(May.EXPORT, ("corpus",))],
    "api-annotation": [
        Address(May.READ, ("sentence",)),
        Address(May.ANNOTATE, ("sentence",), "put", {**SAVE, "state": "none"}),
    ],
    "api-annotations": [
        Address(May.READ, ("corpus",)),
        Address(May.ANNOTATE, ("corpus",), "put", []),
    ],
    "api-corpora": [
        Address(SIGNED_IN),
        Address(SITE_ADMIN, method="post", sent={"slug": "another", "name": "Another"}, status=201),
    ],
    "api-corpus": [
        Address(May.READ, ("corpus",)),
        Address(May.MANAGE, ("corpus",), "patch", {"name": "Another name"}),
    ],
    "api-docs": [Address(SIGNED_IN)],
    "api-history": [Address(May.HISTORY, ("corpus",))],
    "api-labels": [Address(May.READ, ("corpus",))],
    "api-me": [Address(SIGNED_IN)],
    "api-member": [
        Address(May.PEOPLE, ("corpus", "member")),
        Address(May.PEOPLE, ("corpus", "member"), "patch", {"roles": ["researcher"]}),
        Address(May.PEOPLE, ("corpus", "member"), "delete", status=204),
    ],
    "api-members": [
        Address(May.PEOPLE, ("corpus",)),
        Address(May.PEOPLE, ("corpus",), "post", {"username": "new", "roles": ["reviewer"]}, 201),
    ],
    "api-progress": [Address(May.READ, ("corpus",))],
    "api-resplits": [
        Address(May.READ, ("corpus",)),
        Address(May.MEND, ("corpus",), "post", {**SAVE, "sentence": "{sentence}", "cut": 5}, 201),
        Address(May.MEND, ("corpus",), "post", {**SAVE, "sentence": "2" * 12 + ".1", "cut": 5}, 404),
        Address(May.MEND, ("corpus",), "post", {}, 400),
    ],
    "api-schema": [Address(SIGNED_IN)],
    "api-scheme": [
        Address(May.READ, ("corpus",)),
        Address(May.MANAGE, ("corpus",), "put", {"based_on": 1, "labels": [{**FIRST, "palette": 9}]}),
    ],
    "api-sentence": [Address(May.READ, ("sentence",))],
    "api-sentence-history": [Address(May.READ, ("sentence",))],
    "api-sentences": [Address(May.READ, ("corpus",))],
    "api-statement": [
        Address(May.READ, ("statement",)),
        Address(May.UPLOAD, ("statement",), "patch", {"title": "T"}),
    ],
    "api-statement-sentences": [Address(May.READ, ("statement",))],
    "api-statements": [
        Address(May.READ, ("corpus",)),
        Address(May.UPLOAD, ("corpus",), "post", {"title": "T", "language": "en", "text": "A new one."}, 201),
    ],
}
