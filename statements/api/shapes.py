"""What goes out, for the description of the API; plain functions beside the endpoints fill it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.fields import Field

from statements.formats.base import Dropped, What
from statements.models import UNTOUCHED, Act, Mending, ResplitKind, Round, SkipReason, State
from statements.roles import Role, Scope

Shape = serializers.Serializer[Any]  # it describes what functions make, and never holds a row

Text = serializers.CharField
Number = serializers.IntegerField
Flag = serializers.BooleanField
Time = serializers.DateTimeField


def slugs(words: str) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), help_text=words)


def texts(words: str) -> serializers.DictField:
    return serializers.DictField(child=serializers.CharField(), help_text=words)


class Problem(Shape):
    """An error, as RFC 9457 shapes it. Some kinds add members of their own."""

    type = Text(help_text="The kind of problem. It never changes; programs decide by it.")
    title = Text(help_text="The status in words.")
    status = Number(help_text="The status again.")
    detail = Text(help_text="What is wrong and what to do next, for people.")
    # A name that serializers use themselves: it is added to what they declare.


class Counts(Shape):
    """Numbers of sentences by their state for one reviewer."""

    total = Number()
    labelled = Number()
    none = Number()
    skipped = Number()
    untouched = Number()


class CorpusShape(Shape):
    slug = Text(help_text="Its address.")
    name = Text()
    languages = slugs("Codes of the languages in which it explains its labels, the most important one first.")
    mending = serializers.ChoiceField(
        choices=Mending.values,
        help_text="Who may change the boundaries of sentences, beside adjudicators and admins.",
    )
    roles = serializers.ListField(
        child=serializers.ChoiceField(choices=[role.value for role in Role]), help_text="Your roles in it."
    )
    pseudonym = Text(help_text="Yours: under it your decisions appear.")
    created_at = Time()


class TokenShape(Shape):
    name = Text()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=[scope.value for scope in Scope]))
    corpus = Text(
        allow_null=True, help_text="The only corpus that it opens; null when it opens all of yours."
    )
    expires_at = Time()


class MeShape(Shape):
    username = Text()
    name = Text()
    is_site_admin = Flag(help_text="Whether you may make corpora.")
    corpora = CorpusShape(many=True, help_text="Where you are a member, as far as the token opens them.")
    token = TokenShape(allow_null=True, help_text="The token you came with; null with a session.")


class MemberShape(Shape):
    pseudonym = Text(help_text="Under which exports show them: r1, r2, …")
    username = Text()
    name = Text()
    email = Text(allow_null=True, help_text="Null where the account was made elsewhere.")
    roles = serializers.ListField(child=serializers.ChoiceField(choices=[role.value for role in Role]))
    joined_at = Time()
    left_at = Time(allow_null=True, help_text="When they were removed; what they decided stays.")
    is_present = Flag(help_text="Whether they can do anything here now.")


class NewMemberShape(MemberShape):
    password_link = Text(
        allow_null=True,
        help_text="Give it to them: with it they set a password, once, within 7 days. "
        "Null when they have an account already. It is never shown again.",
    )


class StatementShape(Shape):
    id = Text(help_text="Its public id.")
    corpus = Text()
    title = Text()
    language = Text()
    speaker = Text(help_text="Who issued it; empty when unknown.")
    published_on = serializers.DateField(allow_null=True)
    source_url = Text()
    licence = Text()
    responds_to = Text(help_text="What it answers.")
    metadata = serializers.DictField(help_text="Whatever else was said about it.")
    created_at = Time()
    progress = Counts(help_text="Your own.")


class CodedShape(Shape):
    code = Text(help_text="It never changes; programs decide by it.")
    detail = Text(help_text="The same for people.")


class FaultShape(CodedShape):
    line = Number(help_text="In the file, from 1.")
    column = Text(help_text="Its name; empty when the whole row is meant.")


class SourceShape(Shape):
    """A file of an upload, and how it was read."""

    number = Number(help_text="In the upload, from 1.")
    name = Text()
    archive = Number(allow_null=True, help_text="Number of the archive in which it lies.")
    kind = Text(help_text="`txt`, `md`, `csv`, `tsv`, `jsonl` or `zip`; empty when it is none of these.")
    size = Number(help_text="In bytes.")
    sha256 = Text()
    encoding = Text(help_text="As it was read.")
    statements = Number()
    sentences = Number()
    paragraphs = Number()
    sheet = Text(allow_null=True, help_text="Of a spreadsheet, the sheet that was read.")
    sheets = serializers.ListField(child=serializers.CharField(), help_text="Its sheets with rows.")
    columns = texts("Which columns were taken for which fields.")
    problem = CodedShape(allow_null=True, help_text="Why it cannot be read as a whole.")
    fault_count = Number(help_text="How many rows cannot be read.")
    faults = FaultShape(many=True, help_text="The first 50 of them.")
    left_out = Flag()


class PassedOverShape(Shape):
    duplicates = Number(help_text="Texts that the corpus, or the upload before them, has already.")
    left_out = Number(help_text="Texts that somebody left out.")
    faults = Number(help_text="Rows and files that cannot be read.")


class ToLookAtShape(Shape):
    warnings = Number(help_text="Texts with warnings.")
    near_duplicates = Number(help_text="Texts that nearly say what another one says.")


class StepsShape(Shape):
    done = Number()
    total = Number(help_text="0 while nobody knows.")


class UploadShape(Shape):
    """An upload. In lists without what stands below `sentences`."""

    id = Text(help_text="Its public id.")
    state = serializers.ChoiceField(
        choices=["reading", "staged", "storing", "stored", "discarded", "withdrawn"],
        help_text="`staged` waits for a yes; `withdrawn` was taken back.",
    )
    reviewer = Text(allow_null=True, help_text="Pseudonym of who sent it; null for the program.")
    created_at = Time()
    settled_at = Time(allow_null=True, help_text="When it was stored or discarded.")
    withdrawn_at = Time(allow_null=True)
    problem = CodedShape(allow_null=True, help_text="Why reading or storing it ended the last time.")
    statements = Number(help_text="To be stored, or stored.")
    sentences = Number(help_text="Of these.")
    passed_over = PassedOverShape(required=False, help_text="While it is staged.")
    to_look_at = ToLookAtShape(required=False, help_text="While it is staged.")
    progress = StepsShape(required=False, allow_null=True, help_text="Of the latest job.")
    files = SourceShape(many=True, required=False)


class PlainSpanShape(Shape):
    start = Number(help_text="In Unicode code points of the text.")
    end = Number(help_text="The first code point after it.")
    paragraph = Number(help_text="From 1.")
    text = Text()


class PassageShape(Shape):
    """A part of the document that a text was taken from."""

    number = Number()
    text = Text()
    what = serializers.ChoiceField(choices=[str(what) for what in What])
    place = Text(help_text="The element or style in which it stood, as the document calls it.")
    table = Number(allow_null=True, help_text="Number of its table.")
    row = Number(allow_null=True, help_text="Row of its table.")
    note = Number(allow_null=True, help_text="Number of the note.")
    page = Number(allow_null=True, help_text="Page on which it begins.")
    until = Number(allow_null=True, help_text="Page on which it ends.")
    dropped = serializers.ChoiceField(
        choices=[str(why) for why in Dropped],
        allow_null=True,
        help_text="Why it does not belong to the text; null when it does.",
    )


class DraftShape(Shape):
    """A text as it would be stored."""

    number = Number(help_text="In the upload.")
    file = Number(help_text="Number of its file.")
    line = Number(allow_null=True, help_text="Where its row begins; null for a whole file.")
    title = Text()
    language = Text()
    speaker = Text()
    published_on = serializers.DateField(allow_null=True)
    source_url = Text()
    licence = Text()
    responds_to = Text()
    metadata = serializers.DictField()
    text = Text()
    detected = Text(help_text="The language that it seems to be in; empty when nothing tells.")
    sentences = PlainSpanShape(many=True)
    passages = PassageShape(many=True, help_text="Of a document; empty where the file held only the text.")
    warnings = CodedShape(many=True)
    same_as = Text(allow_null=True, help_text="Id of the statement with the same text: it is passed over.")
    same_as_number = Number(allow_null=True, help_text="Number of the text before it that is the same.")
    near = Text(allow_null=True, help_text="Id of a statement that says nearly the same.")
    near_number = Number(allow_null=True, help_text="Number of a text before it that says nearly the same.")
    share = serializers.FloatField(allow_null=True, help_text="How much of both is the same, 0 to 1.")
    left_out = Flag()


class WholeStatementShape(StatementShape):
    text = Text(help_text="Stored once, never changed. Offsets of sentences count its Unicode code points.")
    segmenter = Text(help_text="The rules that made its first sentences.")


class OwnDecisionShape(Shape):
    """One's own decision that stands.

    Without any, only `sentence`, `is_current`, `state` (untouched) and `key` (null).
    """

    sentence = Text()
    is_current = Flag(
        help_text="False after the boundaries of the sentence were changed: what is saved on it then is "
        "carried to what took its place."
    )
    state = serializers.ChoiceField(choices=[UNTOUCHED, State.LABELLED, State.NONE, State.SKIPPED])
    key = Text(allow_null=True, help_text="Name it as `based_on` of the next save; null: use an empty text.")
    labels = serializers.ListField(child=serializers.CharField(), required=False)
    reason = serializers.ChoiceField(choices=SkipReason.values, allow_null=True, required=False)
    unsure = Flag(required=False)
    bad_split = Flag(required=False)
    comment = Text(required=False)
    scheme = Number(required=False, help_text="Number of the scheme by which it was decided.")
    round = serializers.ChoiceField(choices=Round.values, required=False)
    blind = Flag(required=False, help_text="Whether you could not have seen what others chose.")
    check = Flag(
        required=False,
        help_text="Whether a resplit carried it here and you have not looked at it since: "
        "save it again to confirm it.",
    )
    decided_at = Time(required=False, help_text="By the clock of the reviewer.")
    saved_at = Time(required=False, help_text="By the clock of the server.")


class AnnotationShape(Shape):
    """One row: a whole decision of somebody at one time."""

    sentence = Text()
    reviewer = Text(help_text="A pseudonym.")
    state = serializers.ChoiceField(choices=State.values, help_text="`withdrawn` left it untouched again.")
    key = Text()
    based_on = Text(allow_null=True, help_text="Key of the row that it superseded.")
    act = serializers.ChoiceField(
        choices=Act.values, help_text="How it came about; `carry`: a resplit brought it."
    )
    takes_back = Text(allow_null=True, help_text="Key of the row that an undo or a redo changed back.")
    labels = slugs("Slugs of labels, in alphabetical order.")
    reason = serializers.ChoiceField(choices=SkipReason.values, allow_null=True)
    unsure = Flag()
    bad_split = Flag()
    comment = Text(allow_null=True, help_text="Null where you may not read it.")
    scheme = Number()
    round = serializers.ChoiceField(choices=Round.values)
    blind = Flag()
    check = Flag(help_text="Whether a resplit carried it here and its reviewer has not looked at it since.")
    decided_at = Time()
    saved_at = Time()
    superseded_at = Time(allow_null=True, help_text="Null while it is current.")


class SentenceShape(Shape):
    id = Text(help_text="`<statement>.<number>`; numbers are never used again.")
    statement = Text()
    position = Number(help_text="Among the current sentences of the statement, from 1.")
    paragraph = Number(help_text="From 1.")
    start = Number(help_text="In Unicode code points of the statement's text.")
    end = Number(help_text="The first code point after it.")
    text = Text()
    is_current = Flag(help_text="False after its boundaries were changed; its position is then 0.")
    made_by = Text(allow_null=True, help_text="Id of the resplit that made it; null as the rules cut it.")
    ended_by = Text(allow_null=True, help_text="Id of the resplit that ended it; null while it is current.")
    annotation = OwnDecisionShape(help_text="Your own decision.")


class SpanShape(Shape):
    id = Text(help_text="Of the sentence.")
    start = Number(help_text="In Unicode code points of the statement's text.")
    end = Number(help_text="The first code point after it.")
    paragraph = Number(help_text="From 1.")


class ResplitShape(Shape):
    id = Text()
    statement = Text()
    kind = serializers.ChoiceField(choices=ResplitKind.values)
    undoes = Text(allow_null=True, help_text="Id of the resplit that an undo or a redo changed back.")
    segmenter = Text(help_text="The rules that cut the statement anew; empty where people did.")
    reviewer = Text(help_text="Pseudonym of who changed the boundaries.")
    at = Time()
    ended = SpanShape(many=True, help_text="The sentences that it ended, in the order of the text.")
    made = SpanShape(many=True, help_text="The sentences in their place, in the order of the text.")


class BatchRowShape(Shape):
    sentence = Text(allow_null=True, help_text="As it was sent; null when none was.")
    status = Number(help_text="The status that a save of this row alone would have had.")
    annotation = OwnDecisionShape(required=False, help_text="What stands now, when it was saved.")
    problem = Problem(required=False, help_text="Why not, when it was not.")


class BatchShape(Shape):
    results = BatchRowShape(many=True, help_text="One a row, in the order in which they were sent.")


class LabelShape(Shape):
    slug = Text()
    key = Text(help_text="Its key on the keyboard.")
    palette = Number(help_text="Its colour, 1 to 10.")
    names = texts("By language.")
    definitions = texts("By language.")
    examples = serializers.DictField(child=serializers.ListField(child=Text()), help_text="By language.")


class SchemeShape(Shape):
    number = Number(help_text="0 while nothing is published.")
    guidelines = texts("Markdown, by language.")
    labels = LabelShape(many=True, help_text="In their order.")
    published_at = Time(allow_null=True)


class ReviewerCounts(Counts):
    reviewer = Text(help_text="A pseudonym.")


class ProgressShape(Shape):
    own = Counts(help_text="Yours.")
    reviewers = ReviewerCounts(
        many=True, allow_null=True, help_text="Everybody's; null for who reviews: they work blind."
    )


class EventShape(Shape):
    at = Time()
    actor = Text(
        allow_null=True, help_text="A pseudonym; null for the program, or for who was never a member."
    )
    verb = Text()
    noun = Text()
    id = Text(help_text="Public id of what was changed.")
    detail: Field[Any, Any, Any, Any] = serializers.DictField(help_text="What more there is to say.")
