"""Addresses of the pages."""

from django.urls import path

from statements.views import account as account_page
from statements.views import (
    annotation,
    corpus,
    health,
    history,
    home,
    member,
    password_link,
    resplit,
    scheme,
    second_factor,
    sentence,
    sign_in,
    splits,
    statement,
    upload,
    work,
)

account = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/", sign_in.sign_in, name="account_login"),  # allauth's name for it
    path("account/second-factor/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("sign-up/", sign_in.sign_up, name="sign-up"),
    path("language/", account_page.language, name="language"),
    path("password/<str:secret>/", password_link.password_link, name="password-link"),
    path("forgotten/", password_link.forgotten, name="forgotten"),
    path("account/", account_page.account, name="account"),
    path("account/password/", account_page.password, name="account-password"),
    path("account/sessions/", account_page.sessions, name="account-sessions"),
    path("account/shortcuts/", account_page.shortcuts, name="account-shortcuts"),
    path("account/tokens/", account_page.tokens, name="account-tokens"),
    path("account/tokens/<id:public_id>/revoke/", account_page.revoke, name="account-token-revoke"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/confirm/", sign_in.confirm, name="account_reauthenticate"),
    path("account/confirm/code/", second_factor.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", second_factor.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/second-factor/", second_factor.overview, name="mfa_index"),
    path("account/second-factor/app/on/", second_factor.turn_on, name="mfa_activate_totp"),
    path("account/second-factor/app/off/", second_factor.turn_off, name="mfa_deactivate_totp"),
    path("account/second-factor/codes/", second_factor.codes, name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new/", second_factor.make_codes, name="mfa_generate_recovery_codes"),
    path(
        "account/second-factor/codes/file/",
        second_factor.download_codes,
        name="mfa_download_recovery_codes",
    ),
    path("account/second-factor/passkeys/", second_factor.passkeys, name="mfa_list_webauthn"),
    path("account/second-factor/passkeys/add/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("account/second-factor/passkeys/<int:pk>/", second_factor.rename_passkey, name="mfa_edit_webauthn"),
    path(
        "account/second-factor/passkeys/<int:pk>/remove/",
        second_factor.remove_passkey,
        name="mfa_remove_webauthn",
    ),
]

# Below /c/<slug>/: everything that lies in one corpus.
in_corpus = [
    path("", corpus.overview, name="corpus"),
    path("statements/", statement.statements, name="statements"),
    path("statements/<id:public_id>/", statement.statement, name="statement"),
    path("statements/<id:public_id>/tag/", annotation.desk, name="desk"),
    path("tag/", annotation.continue_tagging, name="tag"),
    path("statements/<id:public_id>/split-anew/", splits.split_anew, name="split-anew"),
    path("splits/", splits.splits, name="splits"),
    path("splits/statements/", splits.statements, name="splits-statements"),
    path("splits/mend/", splits.mend, name="splits-mend"),
    path("splits/answer/", splits.answer, name="splits-answer"),
    path("work/", work.work, name="my-work"),
    path("undo/", annotation.undo_latest, name="undo-latest"),
    path("redo/", annotation.redo_latest, name="redo-latest"),
    path("upload/", upload.upload, name="upload"),
    path("upload/<id:public_id>/", upload.preview, name="upload-preview"),
    path("upload/<id:public_id>/store/", upload.store, name="upload-store"),
    path("upload/<id:public_id>/discard/", upload.discard, name="upload-discard"),
    path("scheme/", scheme.scheme, name="scheme"),
    path("scheme/edit/", scheme.edit, name="scheme-edit"),
    path("scheme/<int:number>/", scheme.version, name="scheme-version"),
    path("edit/", corpus.edit, name="corpus-edit"),
    path("people/", member.people, name="people"),
    path("people/<member:pseudonym>/", member.person, name="person"),
    path("people/<member:pseudonym>/link/", member.new_link, name="person-link"),
    path("people/<member:pseudonym>/remove/", member.remove, name="person-remove"),
    path("history/", history.history, name="history"),
    path("export/", corpus.export, name="export"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.health, name="health"),
    path("corpora/new/", corpus.new, name="corpus-new"),
    path("sentences/<sentence:public_id>/", sentence.sentence, name="sentence"),
    path("sentences/<sentence:public_id>/mend/", resplit.mend, name="sentence-mend"),
    path("sentences/<sentence:public_id>/annotation/", annotation.save, name="annotation-save"),
    *account,
    *(path(f"c/<slug:slug>/{one.pattern}", one.callback, name=one.name) for one in in_corpus),
]
