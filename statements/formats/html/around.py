"""Furniture of a page that only words give away: choices about cookies, lists of other texts, ways about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statements.formats.base import Dropped, What
from statements.formats.html.blocks import Block
from statements.formats.html.furniture import CHOICE, CONSENT, RELATED, WAYS, folded
from statements.formats.html.survey import Survey

LONGEST_WAY, LONGEST_BANNER = 60, 600  # characters
FEWEST_LINKS = 3
MOST_CHOICES = 100  # buttons of a page that are looked at
MOST_LED = 300  # blocks to which one heading leads
_NEAR = 30  # blocks
_LEVELS = 4
_MOSTLY = 0.5


def see_words(blocks: Sequence[Block], survey: Survey) -> None:
    """Give a reason to blocks that have none, and say by their words that they are no part of the text."""
    tries = MOST_CHOICES
    for number, block in enumerate(blocks):
        words = folded(block.text.removeprefix("- "))
        if block.tag == "button" or block.is_link:
            if CHOICE.match(words) and tries:
                tries -= 1
                _see_consent(blocks, number, survey)
            if not block.reason and len(block.text) < LONGEST_WAY and WAYS.match(words):
                _give(block, Dropped.NAVIGATION, block.element)
        if not block.reason and _is_bar(block):
            _give(block, Dropped.NAVIGATION, block.element)
        if not block.reason and (found := RELATED.match(words)):
            _see_related(blocks, number, survey, is_lead=len(words) - found.end() < LONGEST_WAY)


def _give(block: Block, reason: str, landmark: int) -> None:
    block.reason, block.name, block.landmark = reason, "", landmark


def _is_bar(block: Block) -> bool:
    """Whether a block is nothing but links, one beside the other, as old pages have them."""
    links = sum(1 for element, is_tail in block.runs if element.tag == "a" and not is_tail)
    return block.article < 0 and links >= FEWEST_LINKS and block.is_link


def _see_consent(blocks: Sequence[Block], number: int, survey: Survey) -> None:
    """Find the element around a button that speaks of consent: all in it is about that."""
    place = blocks[number].element
    for _level in range(_LEVELS):
        place = survey.parents[place]
        is_most = survey.sizes[place] > max(LONGEST_BANNER, _MOSTLY * survey.sizes[0])
        if is_most or _is_main(place, survey):
            return
        within = list(_within(blocks, number, place, survey))
        if any(CONSENT.search(folded(block.text)) for block in within):
            for block in within:
                if block.reason not in (Dropped.HIDDEN, Dropped.CONSENT):
                    _give(block, Dropped.CONSENT, place)
            return


def _is_main(place: int, survey: Survey) -> bool:
    return (
        survey.holds_main[place]
        or survey.holds_title[place]
        or survey.tags[place] in ("body", "html", "article")
    )


def _within(blocks: Sequence[Block], number: int, place: int, survey: Survey) -> Iterator[Block]:
    for block in blocks[max(0, number - _NEAR) : number + _NEAR]:
        if place <= block.element < survey.ends[place]:
            yield block


def _see_related(blocks: Sequence[Block], number: int, survey: Survey, *, is_lead: bool) -> None:
    """Find what a heading such as "Read also" leads to; where it leads to nothing, it is no such heading."""
    block = blocks[number]
    if block.linked >= 0.4 * len(block.text):
        _give(block, Dropped.RELATED, block.element)
        return
    if not is_lead:
        return
    around = survey.parents[block.element]
    is_own = not _is_main(around, survey) and survey.sizes[around] <= _MOSTLY * survey.sizes[0]
    led = []
    for following in blocks[number + 1 : number + 1 + MOST_LED]:
        is_inside = block.element < following.element < survey.ends[around]
        if not is_inside or not (is_own or following.linked >= _MOSTLY * len(following.text)):
            break
        if following.what == What.HEADING and following.tag <= block.tag and not is_own:
            break
        led.append(following)
    for one in [block, *led] if led else []:
        if not one.reason:
            _give(one, Dropped.RELATED, block.element)
