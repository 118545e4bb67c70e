"""Refusals in words: one sentence for each code, that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from statements.errors import Refused

SENTENCES: Mapping[str, StrOrPromise] = {
    "comment_too_long": _("The comment is longer than %(most)s characters. Shorten it."),
    "corpus_exists": _("There is already a corpus at the address “%(slug)s”. Choose another one."),
    "being_worked_on": _("This upload is being read or stored. Wait until that has ended, or cancel it."),
    "came_in_meanwhile": _(
        "A text of this upload came into the corpus meanwhile. Nothing was stored: look at what is there "
        "already, then store the rest."
    ),
    "has_faults": _(
        "Rows or files that cannot be read: %(count)s. Mend them, or say that they are to be left out."
    ),
    "in_release": _(
        "Its sentences are in version %(number)s of the corpus, which stays as it was cut. So it cannot be "
        "taken back."
    ),
    "no_files": _("There is no file in it. Send at least one."),
    "no_text_column": _("No column is recognised as the text. Say which one it is."),
    "not_read": _("This file was not read to its end. Read it again."),
    "not_running": _("There is nothing to cancel: this upload is not being read or stored."),
    "nothing_to_store": _("There is nothing to be stored: everything is there already or left out."),
    "too_many_files": _("These are more than %(most)s files, with those in archives. Send fewer at a time."),
    "too_many_statements": _("These are more than %(most)s statements. Send fewer at a time."),
    "too_many_upload_sentences": _("These are more than %(most)s sentences. Send fewer at a time."),
    "unexpected": _(
        "Something went wrong in the program, and its log says what. Nothing was stored. Try again, or tell "
        "whoever runs it."
    ),
    "upload_too_large": _("These files are larger than %(most)s MB together. Send fewer at a time."),
    "worker_died": _(
        "The worker died three times over this upload. Nothing was stored. Send less at a time, or tell "
        "whoever runs the program."
    ),
    "as_of_ahead": _("This moment has not passed yet. The newest there is: %(newest)s."),
    "changed_since_then": _(
        "What is known about statements, or what you may see, has changed since that moment, so its rows "
        "cannot be had any more. Ask for the export anew."
    ),
    "no_such_row": _("There is no row “%(name)s” to go on from. Take the id of the last row that came."),
    "busy": _("Others are saving on these sentences just now. Try again in a moment."),
    "cursor": _("This cursor belongs to no page of this list. Begin again without one."),
    "duplicate": _("This corpus has this text already. Nothing was stored."),
    "empty": _("There is no text in it. Paste or choose a text with at least one sentence."),
    "encoding": _("The file cannot be read as %(encoding)s. Choose another encoding, or save it as UTF-8."),
    "already_a_member": _("“%(username)s” is in this corpus already. Change their roles in the list."),
    "character": _(
        "The text holds a character that no text should have (%(codepoint)s in line %(line)s). "
        "Is it a text file, and in this encoding? Choose another encoding or remove the character."
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
    "no_part_left": _("Nothing would be left of this text. Leave all of it out instead."),
    "no_passage": _("This text has no part %(number)s. Look at it as it is now."),
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
    "too_long_cell": _(
        "“%(column)s” of %(row)s is longer than the %(most)s characters that a cell of Excel holds. Nothing "
        "is cut: take Parquet or CSV."
    ),
    "too_many_rows": _("These are more than the %(most)s rows that an Excel file gets. Take Parquet or CSV."),
    "unknown_label": _("There is no label “%(label)s” in this corpus."),
    "wrong_password": _("This is not your password. Try again."),
    "user_inactive": _("The account “%(username)s” was closed. A site administrator can open it again."),
    "user_exists": _("There is already somebody called “%(username)s”."),
}


FAULTS: Mapping[str, StrOrPromise] = {
    "address": _("“%(value)s” is not an address. Write it with https:// in front."),
    "column_twice": _("Two columns are called “%(column)s”. Give each its own name."),
    "date": _("“%(value)s” is not a date. Write it as 2023-06-05."),
    "disguised": _(
        "By its name this is a text, but it holds something else (%(what)s). Save it as text and try again."
    ),
    "half_character": _("There is half a character in it (a lone surrogate). Export the file again."),
    "cell_error": _("This cell holds an error instead of a value (%(value)s). Mend the table."),
    "cell_too_long": _(
        "This cell holds more than %(most)s characters, which no spreadsheet program can hold: some would "
        "cut it. Send this text as a file of its own."
    ),
    "damaged": _(
        "This file is damaged, or is not a %(name)s file after all. Open it, save it again, and send that."
    ),
    "dtd": _(
        "This file declares entities (a DTD), which could make it grow without end, and which no program for "
        "documents writes. Open it, save it again, and send that."
    ),
    "encrypted": _("This file is protected with a password. Save it without one, and send that."),
    "formula_without_value": _(
        "This cell holds a formula without its result. Open the table, save it again, and send that."
    ),
    "kind": _(
        "This kind of file cannot be read here (“%(extension)s”). Choose a file whose name ends in one of "
        "these: %(known)s."
    ),
    "no_main_text": _(
        "There is nothing in this page but menus, notices and links. Copy the statement and paste it instead."
    ),
    "no_sheet": _("There is no sheet “%(name)s” in this file. Choose another one."),
    "not_as_named": _(
        "By its name this is a %(name)s file, but what is in it is something else. Rename it as what it is, "
        "or save it again as %(name)s."
    ),
    "old_kind": _(
        "Files of this old kind (%(extension)s) are not read here. Open it, save it as .docx, .xlsx or .pdf, "
        "and send that."
    ),
    "old_office": _(
        "This file is protected with a password, or was written by an office program from before 2007. Save "
        "it without a password as .docx or .xlsx, and send that."
    ),
    "no_text": _("There is no text in this row. Fill it in, or take the row out."),
    "not_a_number": _("“%(value)s” is not a number that can be kept. Write it as text, in quotes."),
    "not_a_zip": _("The file cannot be read as a zip archive. Pack it again."),
    "not_an_object": _('This line is not a JSON object such as `{"text": "…"}`.'),
    "not_json": _("This line is not JSON (%(why)s). Correct it there."),
    "not_plain": _("This holds a list or an object where a text or a number should be. Write it as text."),
    "scanned": _(
        "The pages of this PDF are pictures without text. Have the text recognised (OCR), and send that."
    ),
    "strict": _(
        "This is a workbook of the strict kind of Open XML, which cannot be read here. Save it as an "
        "ordinary .xlsx, and send that."
    ),
    "swollen": _(
        "This file would unpack to far more than it is, as no program for documents writes it. Open it, save "
        "it again, and send that."
    ),
    "too_deep": _("This is nested more than %(most)s deep. Make it flatter."),
    "too_long": _("This is longer than %(most)s characters. Shorten it."),
    "too_long_line": _("This line is longer than %(most)s characters. Shorten it."),
    "too_many_elements": _(
        "This page is made of more than %(most)s elements. Save the part with the statement alone, or its "
        "text."
    ),
    "too_many_pages": _("This file has more than %(most)s pages. Part it into several files."),
    "too_much_memory": _(
        "This file needs more memory to be read than one file may have. Save its text as a smaller file, and "
        "send that."
    ),
    "too_nested": _("What is in this file is nested too deeply to be read. Save its text in another format."),
    "too_slow": _(
        "This file takes longer to be read than one file may take. Save its text in another format, or part "
        "it."
    ),
    "too_many_cells": _(
        "This row has %(count)s cells, and there are only %(most)s columns. Put quotation marks around cells "
        "that hold a separator."
    ),
    "too_many_columns": _("The table has more than %(most)s columns. Take some out."),
    "unusual": _(
        "This file is made in a way that cannot be read here. Open it, save it again or in another format, "
        "and send that."
    ),
    "unclosed_quote": _("A quotation mark that begins here is never closed. Close it."),
    "zip_bomb": _("“%(name)s” in the archive would unpack to far more than it is. Pack the files again."),
    "zip_bytes": _("The files in the archive have more than %(most)s bytes. Pack them in several archives."),
    "zip_damaged": _("“%(name)s” in the archive is damaged. Pack the files again."),
    "zip_encrypted": _("“%(name)s” in the archive is encrypted. Pack the files without a password."),
    "zip_members": _("There are more than %(most)s files in the archive. Pack them in several archives."),
    "zip_method": _("“%(name)s” is packed in a way that cannot be read here. Pack it as an ordinary zip."),
    "zip_name": _("“%(name)s” in the archive is not a name of an ordinary file. Rename it, or leave it out."),
    "zip_nested": _("“%(name)s” in the archive is itself an archive. Unpack it first."),
    "zip_twice": _("“%(name)s” is in the archive twice. Leave one of them out."),
    "too_long_row": _(
        "This row is longer than %(most)s characters. Is a quotation mark not closed? Close it, or "
        "shorten the row."
    ),
    "language": _("“%(value)s” is no language that is known here. Write a code such as en or fr."),
}
"""What is wrong with files and rows with which statements come in."""


def sentence_for(refusal: Refused) -> str:
    """Return what people read about a refusal, in the language of the moment."""
    values = {name: number(one) if type(one) is int else one for name, one in refusal.values.items()}
    return str(SENTENCES.get(refusal.code) or FAULTS[refusal.code]) % values


def number(value: int) -> str:
    """Return a whole number as the language of the moment writes it: 12,345 or 12\u00a0345."""
    return number_format(value, force_grouping=True)


ODDITIES: Mapping[str, StrOrPromise] = {
    "bidi": _(
        "Line %(line)s holds a character that turns the direction of writing (%(codepoint)s): the text may "
        "read otherwise than it is stored."
    ),
    "boilerplate": _(
        "%(share)s %% of it looks like parts of a web page or a letterhead. Is the statement itself in it?"
    ),
    "control": _("Line %(line)s holds a control character (%(codepoint)s)."),
    "few_words": _("It has one or two words only."),
    "long_sentence": _(
        "Sentence %(number)s has %(words)s words: a heading, a list or a missing full stop may hide in it."
    ),
    "other_language": _("It seems to be in another language: %(language)s."),
    "replacement": _("“%(found)s” in line %(line)s tells of a wrong encoding. Read the file in another one."),
}


CAUTIONS: Mapping[str, StrOrPromise] = {
    "columns": _("Pages with several columns: %(pages)s. See that they were read in the right order."),
    "embedded_parts": _(
        "Files that lie in the document were not read: %(count)s. Bring what is in them in by itself."
    ),
    "hidden_text": _("Hidden words were left out. Places: %(count)s."),
    "pages_without_text": _("Pages without text, which may be pictures of it: %(pages)s."),
    "pictures": _("There are pictures in it: %(count)s. Words in them were not read."),
    "tracked_changes": _("It has tracked changes: %(count)s. It was read as if all were accepted."),
}


def warning_for(code: str, values: Mapping[str, Any]) -> str:
    """Return what people read about an oddity of a text or its document, in the language of the moment."""
    shown = {name: number(one) if type(one) is int else one for name, one in values.items()}
    return str(ODDITIES.get(code) or CAUTIONS[code]) % shown
