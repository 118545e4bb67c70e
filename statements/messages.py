"""Refusals in words: one sentence for each code, that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from statements.errors import Refused

SENTENCES: Mapping[str, StrOrPromise] = {
    "comment_too_long": _("The comment is longer than %(most)s characters. Shorten it."),
    "corpus_exists": _("There is already a corpus at the address “%(slug)s”. Choose another one."),
    "busy": _("Others are saving on these sentences just now. Try again in a moment."),
    "cursor": _("This cursor belongs to no page of this list. Begin again without one."),
    "duplicate": _("This corpus has this text already. Nothing was stored."),
    "empty": _("There is no text in it. Paste or choose a text with at least one sentence."),
    "encoding": _("The file cannot be read as %(encoding)s. Choose another encoding, or save it as UTF-8."),
    "already_a_member": _("“%(username)s” is in this corpus already. Change their roles in the list."),
    "character": _(
        "The text holds a character that no text should have (%(codepoint)s in line %(line)s). "
        "Is it really a text file? Remove the character and try again."
    ),
    "key_reused": _("This key was already used for something else. Make a new key each time."),
    "key_twice": _("Two labels have the key “%(key)s”. Give each its own."),
    "label_twice": _("The label “%(label)s” stands here twice. Give each its own address."),
    "labels_fixed": _(
        "Reviewers have begun to decide, so labels can be renamed and explained, but not added or taken away."
    ),
    "last_admin": _("A corpus needs an admin. Make somebody else one first."),
    "link_ended": _("This link was used, replaced by a newer one, or is too old. Ask for a new one."),
    "link_not_yours": _(
        "This person is in corpora that you do not administer, so a link of yours would open those too. "
        "Ask a site administrator to make it."
    ),
    "link_own": _("You change your own password on your account page."),
    "labels_and_state": _("A decision is “labelled” with at least one label, or it has no label."),
    "mail_failed": _("The mail could not be sent. Try again later, or ask the site administrator."),
    "no_address": _("There is no e-mail address of “%(username)s” to write to."),
    "no_labels": _("A corpus needs at least one label."),
    "no_role": _("Choose at least one role."),
    "not_last": _("Only what you did last on a sentence can be taken back."),
    "not_a_member": _("%(member)s is not in this corpus any more."),
    "not_site_admin": _("Only a site administrator can do this. Sign in again."),
    "own_second_factor": _("Your own second factor is turned off on your account page."),
    "own_standing": _(
        "You cannot close your own account or stop administering the site. Another site administrator can."
    ),
    "no_scheme": _("This corpus has no labels yet. An admin has to publish them first."),
    "not_staged": _("This upload was already stored or discarded. Start a new one."),
    "not_stored": _("This upload was never stored, so there is nothing to withdraw."),
    "nothing_to_redo": _("There is nothing to do again."),
    "nothing_to_undo": _("There is nothing to undo."),
    "other_person": _(
        "You are signed in as %(username)s now, and this page was somebody else’s. Nothing was saved."
    ),
    "reason_and_state": _("A skipped sentence needs a reason, and only a skipped one has one."),
    "scheme_moved": _(
        "Somebody else published labels or guideline meanwhile. Nothing of yours was published."
    ),
    "mended_since": _("These sentences were cut differently since. Undo the later change first."),
    "no_next": _("There is no sentence beside this one to merge it with."),
    "not_a_gap": _("A sentence can only be split between two words. Choose another place."),
    "not_your_mend": _(
        "In this corpus adjudicators and admins mend the split. Flag the sentence as a bad split instead."
    ),
    "not_your_rules": _(
        "Only adjudicators and admins who do not review themselves split a whole statement anew, or undo "
        "that: it would tell whether others have begun."
    ),
    "other_paragraph": _("The next sentence begins another paragraph. Say that you want to merge across it."),
    "same_split": _("The rules of today split this statement as it is. Nothing was changed."),
    "sentence_ended": _(
        "This sentence was cut differently meanwhile. Nothing was changed: look at it as it is now."
    ),
    "settled": _(
        "This sentence is settled or part of a release, so only adjudicators and admins mend it. "
        "Flag it as a bad split instead."
    ),
    "stale": _(
        "You decided on this sentence elsewhere meanwhile. Look at what stands now, then choose again."
    ),
    "touched": _("Somebody has worked on this statement, so it is not split anew. Mend it by hand."),
    "token_corpus": _("A token can only be bound to a corpus in which you are."),
    "token_days": _("A token lasts from 1 to %(longest)s days."),
    "token_scopes": _("A token needs at least one scope."),
    "too_large": _("The text is larger than %(most)s bytes. Cut it into several statements."),
    "too_many_sentences": _(
        "The text has %(count)s sentences; a statement has at most %(most)s. Cut it into several statements."
    ),
    "unknown_label": _("There is no label “%(label)s” in this corpus."),
    "wrong_password": _("This is not your password. Try again."),
    "user_inactive": _("The account “%(username)s” was closed. A site administrator can open it again."),
    "user_exists": _("There is already somebody called “%(username)s”."),
}


def sentence_for(refusal: Refused) -> str:
    """Return what people read about a refusal, in the language of the moment."""
    values = {name: number(one) if type(one) is int else one for name, one in refusal.values.items()}
    return str(SENTENCES[refusal.code]) % values


def number(value: int) -> str:
    """Return a whole number as the language of the moment writes it: 12,345 or 12\u00a0345."""
    return number_format(value, force_grouping=True)
