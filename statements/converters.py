"""What a public id looks like in an address; anything else is no address at all."""

from __future__ import annotations

from statements.models.public_id import ALPHABET, LENGTH


class PublicId:
    regex = rf"[{ALPHABET}]{{{LENGTH}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MemberId(PublicId):
    regex = r"r[1-9][0-9]{0,8}"


class SentenceId(PublicId):
    regex = rf"{PublicId.regex}\.[1-9][0-9]{{0,8}}"
