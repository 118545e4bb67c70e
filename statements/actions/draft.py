"""Drafts: what is proposed of a text, and what people change about it before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from statements.actions.compare import regroup
from statements.actions.event import record
from statements.actions.statement import NOTHING_SAID, Details, as_json, details_of, draw
from statements.actions.upload import bounded
from statements.errors import Refused
from statements.formats.base import Dropped, Passage, text_of
from statements.models import Draft, Source, Statement, Upload, UploadState, User
from statements.text.decode import fold, normalise
from statements.text.language import detect
from statements.text.oddities import Oddity, Signs, oddities
from statements.text.spans import Span, split

SURE, SURE_ENOUGH = 0.8, 0.5  # that a text is in another language than was said; that it is in one at all
WORDS_TO_BE_SURE = 5
LONGEST_TITLE = 80
EXCERPT = 80  # characters of a passage that the history tells

Seeming = tuple[str, float]
"""A language by its code, and how sure that is, 0 to 1."""


class Proposed(NamedTuple):
    """What a text would become, and what is odd about it."""

    details: Details
    detected: str
    spans: list[Span]
    oddities: list[list[Any]]  # codes and the values of their sentences, as JSON


def propose(
    text: str,
    said: Details,
    *,
    languages: Sequence[str],
    seems: Seeming | None = None,
    signs: Signs | None = None,
    warnings: Iterable[tuple[str, Mapping[str, Any]]] = (),  # Any: whatever the sentence shows
) -> Proposed:
    """Return what a text would become: `said` is what is known of it, `languages` are those of the corpus.

    `seems` is what language it seems to be in, and `signs` as for `oddities`, where that is known already;
    `warnings` are those about the document from which it was taken.
    Raises Refused("empty") and Refused("too_many_sentences").
    """
    detected, confidence = seems or detect(text)
    found = detected if confidence >= SURE_ENOUGH else ""
    language = said.language or found or languages[0]
    spans = bounded(split(text, language))
    odd = [[code, values] for code, values in warnings]
    odd += [[str(code), values] for code, values in oddities(text, spans, signs)]
    if confidence >= SURE and (detected != language or detected not in languages) and has_words(text):
        odd.append([str(Oddity.OTHER_LANGUAGE), {"language": detected}])
    if not said.language or not said.title:
        said = Details(**{**vars(said), "language": language, "title": said.title or title_of(text, spans)})
    return Proposed(said, found, spans, odd)


def has_words(text: str) -> bool:
    """Whether a text has enough words to tell its language from."""
    return len(text.split(maxsplit=WORDS_TO_BE_SURE)) > WORDS_TO_BE_SURE


def title_of(text: str, spans: Sequence[Span]) -> str:
    """Return the beginning of a text, for want of a title."""
    first = " ".join(text[spans[0].start : spans[0].end].split())
    if len(first) <= LONGEST_TITLE:
        return first
    return first[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def merged(said: Details, defaults: Details) -> Details:
    """Return what is said of one text, and of all texts where nothing is said of the one."""
    if defaults == NOTHING_SAID:
        return said
    pairs = zip(vars(said).items(), vars(defaults).values(), strict=True)
    return Details(**{name: value or others for (name, value), others in pairs})


def packed_spans(spans: Sequence[Span]) -> list[list[int]]:
    """Return spans as a draft keeps them."""
    return [[span.start, span.end, span.paragraph] for span in spans]


def spans_of(draft: Draft) -> list[Span]:
    return [Span(*three) for three in draft.spans]


@transaction.atomic
def correct_draft(draft: Draft, details: Details, *, by: User, at: datetime) -> bool:
    """Say what is known about a text before it is stored; another language may split it differently.

    False when nothing differs. Raises Refused("not_staged"), and what `propose` raises.
    """
    upload = _staged(draft.upload)
    before = details_of(draft)
    if details == before:
        return False
    proposed = propose(draft.text, details, languages=upload.corpus.languages, warnings=draft.warnings)
    _keep(draft, proposed)
    old, new = as_json(before), as_json(proposed.details)
    changed = [name for name in new if new[name] != old[name]]
    record(
        "corrected",
        "draft",
        upload.public_id,
        corpus=upload.corpus,
        by=by,
        at=at,
        number=draft.number,
        title=proposed.details.title,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
    )
    return True


def _keep(draft: Draft, proposed: Proposed, **also: object) -> None:
    """Keep how a draft is split now, and how much its file then holds."""
    spans = proposed.spans
    Draft.objects.filter(pk=draft.pk).update(
        **vars(proposed.details),
        spans=packed_spans(spans),
        sentences=len(spans),
        oddities=proposed.oddities,
        **also,
    )
    source = Source.objects.select_for_update().get(pk=draft.source_id)
    more = {
        "sentences": len(spans) - draft.sentences,
        "paragraphs": spans[-1].paragraph - spans_of(draft)[-1].paragraph,
    }
    source.found |= {name: source.found[name] + count for name, count in more.items()}
    source.save(update_fields=["found"])


@transaction.atomic
def choose_passages(draft: Draft, chosen: Mapping[int, bool], *, by: User, at: datetime) -> None:
    """Take passages of a document into its text, or leave them out, by their numbers from 1.

    Raises Refused("not_staged"), Refused("no_passage", number=…), Refused("no_part_left"), and what `propose`
    raises. The split that results is the one that would be stored.
    """
    upload = _staged(draft.upload)
    draft = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    passages, changed = _chosen(draft.passages, chosen)
    if not changed:
        return
    text = normalise(text_of(passages))
    proposed = propose(text, details_of(draft), languages=upload.corpus.languages, warnings=draft.warnings)
    before, now = draft.fold, fold(text)
    _keep(
        draft,
        proposed,
        text=text,
        fold=now,
        sketch=draw(text),
        detected=proposed.detected,
        document={**(draft.document or {}), "passages": [list(one) for one in passages]},
        same_as=Statement.objects.visible().of(upload.corpus).filter(withdrawn_at=None, fold=now).first(),
        same_as_number=None,
    )
    for one in (before, now):
        regroup(upload, one)
    begin = {number: passages[number - 1].text[:EXCERPT] for number in changed}
    taken = {number: words for number, words in begin.items() if chosen[number]}
    left = {number: words for number, words in begin.items() if not chosen[number]}
    corpus, said = upload.corpus, {"number": draft.number, "title": draft.title}
    if taken:
        record(
            "took in parts of", "draft", upload.public_id, corpus=corpus, by=by, at=at, parts=taken, **said
        )
    if left:
        record(
            "left out parts of", "draft", upload.public_id, corpus=corpus, by=by, at=at, parts=left, **said
        )


def _chosen(passages: list[Passage], chosen: Mapping[int, bool]) -> tuple[list[Passage], list[int]]:
    """Return passages after a choice, and the numbers of those that it changed. Raises Refused."""
    unknown = [number for number in chosen if not 1 <= number <= len(passages)]
    if unknown:
        raise Refused("no_passage", number=unknown[0])
    changed = [number for number, is_in in chosen.items() if is_in == bool(passages[number - 1].dropped)]
    after = list(passages)
    for number in changed:
        dropped = "" if chosen[number] else Dropped.BY_HAND
        after[number - 1] = after[number - 1]._replace(dropped=dropped)
    if changed and all(passage.dropped for passage in after):
        raise Refused("no_part_left")
    return after, changed


@transaction.atomic
def leave_out(draft: Draft, *, is_out: bool, by: User, at: datetime) -> None:
    """Leave a text out of what is stored, or take it in again. Raises Refused("not_staged")."""
    upload = _staged(draft.upload)
    if not Draft.objects.filter(pk=draft.pk, left_out=not is_out).update(left_out=is_out):
        return
    regroup(upload, draft.fold)
    said = {"number": draft.number, "title": draft.title}
    if is_out:
        record("left out", "draft", upload.public_id, corpus=upload.corpus, by=by, at=at, **said)
    else:
        record("took in", "draft", upload.public_id, corpus=upload.corpus, by=by, at=at, **said)


def _staged(upload: Upload) -> Upload:
    """Return the upload, locked, while its drafts can be changed."""
    found = Upload.objects.select_for_update(of=("self",)).select_related("corpus").get(pk=upload.pk)
    if found.state != UploadState.STAGED:
        raise Refused("not_staged")
    return found
