"""Measure the sentence rules against JSONL files of gold sentences: scores, speed and hostile inputs.

Each line of a file is {"id", "lang", "text", "sentences": [...]}; the sentences together spell the text.
Boundaries are compared by counting the characters before them that are neither white space nor zero-width,
so how a sentence is trimmed changes no score. The end of a text is not a boundary.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from statements.text.lines import IGNORABLE
from statements.text.segment import SEGMENTER, sentence_spans

POOLS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("ud-fr", "ud-en", "ud-de", "ud-es", "ud-it", "ud-nl", "ud-pt", "ud-zh")},
    "legal-fr": ("legal-fr",),
    "legal-en": ("legal-en",),
    "hard-east": ("hard-ar", "hard-hi", "hard-ja", "hard-zh"),
}
"""Sets that are counted together, by the beginnings of their names."""

TARGETS = {
    "seed-fr": 100.0,
    "statement-": 100.0,
    "hard-fr": 98.0,
    "hard-en": 98.0,
    "ud-fr (pooled)": 98.0,
    "ud-en (pooled)": 93.5,
    "legal-fr (pooled)": 92.0,
    "legal-en (pooled)": 89.0,
    "hard-de": 99.5,
    "hard-es": 99.5,
    "hard-it": 99.5,
    "hard-nl": 99.5,
    "hard-pt": 99.5,
    "hard-east (pooled)": 92.0,
    "ud-de (pooled)": 97.6,
    "ud-es (pooled)": 98.5,
    "ud-it (pooled)": 92.2,
    "ud-nl (pooled)": 93.8,
    "ud-pt (pooled)": 98.0,
    "ud-zh (pooled)": 99.2,
    "ud-ja-": 98.9,
    "ud-ar-": 99.0,
    "ud-hi-": 99.1,
    "legal-es-": 82.0,
    "legal-it-": 83.5,
    "legal-pt-": 90.4,
}
"""The least F1; in other languages than French and English half a point below what a prototype reached."""

ATTACKS: dict[str, str | tuple[str, str]] = {
    "no punctuation": "words without an end ",
    "one letter": "a",
    "dots": ".",
    "spaced dots": ". ",
    "guillemets": "«",
    "straight quotes": '"',
    "open brackets": "(",
    "pairs of brackets": "()",
    "nested quotes": "« “",
    "A.": "A.",
    "A. spaced": "A. ",
    "quoted initials": '"A. ',
    "M. spaced": "M. ",
    "stops and dashes": "Un.- ",
    "spaces": " ",
    "no-break spaces": "\u00a0",
    "line breaks": "\n",
    "spaced line breaks": " \n",
    "marks": "!?",
    "1.": "1.",
    "numbered list": "1. Point\n",
    "inline list": "1. Point 2) ",
    "ellipses": "… ",
    "one-word sentences": "Non. ",
    "dashes": "- ",
    "addresses": "https://example.org/a.b?c=d ",
    "lines": "a line of words without a stop\n",
    "emoji": ". 👩\u200d⚖️",
    "zero width": ".\u200b",
    "combining marks": ".\u0301",
    "unclosed guillemet": ("« ", "One sentence stands here. "),
    "unclosed bracket": ("(", "One sentence stands here. "),
    "many unclosed brackets": "(One sentence. ",
}


@dataclass
class Score:
    """Counts over the texts of a set, from which the rates follow."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    gold: int = 0
    exact: int = 0
    characters: int = 0
    seconds: float = 0.0

    def add(self, other: "Score") -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def precision(self) -> float:
        return 100 * self.found / (self.found + self.wrong) if self.found + self.wrong else 100.0

    @property
    def recall(self) -> float:
        return 100 * self.found / (self.found + self.missed) if self.found + self.missed else 100.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.attacks:
        return _print_attacks()
    if arguments.folder is None:
        _parser().error("name the folder of JSONL files, or ask for --attacks")
    scores = {path.stem: score_file(path) for path in sorted(arguments.folder.glob("*.jsonl"))}
    if not scores:
        _parser().error(f"no .jsonl file in {arguments.folder}")
    scores |= _pooled(scores)
    _print_scores(scores)
    return _print_targets(scores) if arguments.targets else 0


def score_file(path: Path) -> Score:
    """Return the counts over all texts of a file."""
    total = Score()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            total.add(score_text(record["text"], record["lang"], record["sentences"]))
    return total


def score_text(text: str, language: str, sentences: list[str]) -> Score:
    """Return the counts for one text. Raises ValueError when the gold sentences do not spell it."""
    if "".join(_significant(text)) != "".join(_significant("".join(sentences))):
        raise ValueError(f"the gold sentences do not spell the text that begins {text[:40]!r}")
    start = perf_counter()
    spans = sentence_spans(text, language)
    seconds = perf_counter() - start
    gold = list(_ends(sentences))
    ours = list(_ends(text[first:last] for first, last in spans))
    inner, cuts = set(gold[:-1]), set(ours[:-1])
    return Score(
        found=len(inner & cuts),
        wrong=len(cuts - inner),
        missed=len(inner - cuts),
        gold=len(gold),
        exact=len(set(_pairs(gold)) & set(_pairs(ours))),
        characters=len(text),
        seconds=seconds,
    )


def _significant(text: str) -> Iterator[str]:
    return (character for character in text if not character.isspace() and character not in IGNORABLE)


def _ends(sentences: Iterable[str]) -> Iterator[int]:
    """Yield how many significant characters lie before the end of each sentence, empty ones left out."""
    position = 0
    for sentence in sentences:
        length = sum(1 for _ in _significant(sentence))
        position += length
        if length:
            yield position


def _pairs(ends: list[int]) -> list[tuple[int, int]]:
    return list(zip([0, *ends], ends, strict=False))


def _pooled(scores: dict[str, Score]) -> dict[str, Score]:
    pooled: dict[str, Score] = {}
    for pool, beginnings in POOLS.items():
        for name, score in scores.items():
            if name.startswith(beginnings):
                pooled.setdefault(f"{pool} (pooled)", Score()).add(score)
    return pooled


def _print_scores(scores: dict[str, Score]) -> None:
    print(f"{SEGMENTER}\n{'set':24} {'P':>6} {'R':>6} {'F1':>6} {'exact':>6} {'gold':>6} {'chars/s':>12}")
    for name, score in scores.items():
        exact = 100 * score.exact / max(1, score.gold)
        speed = score.characters / score.seconds if score.seconds else 0
        print(
            f"{name:24} {score.precision:6.2f} {score.recall:6.2f} {score.f1:6.2f} {exact:6.2f}"
            f" {score.gold:6} {speed:12,.0f}"
        )


def _print_targets(scores: dict[str, Score]) -> int:
    """Print each target; return 1 when a set is below its target or missing, else 0."""
    failed = False
    for target, least in TARGETS.items():
        matching = {
            name: score for name, score in scores.items() if name == target or _stands_for(target, name)
        }
        failed |= not matching
        for name, score in matching.items():
            failed |= score.f1 < least
            print(f"{'reached' if score.f1 >= least else 'BELOW':8} {name:24} {score.f1:6.2f} of {least:g}")
        if not matching:
            print(f"{'MISSING':8} {target}")
    return int(failed)


def _stands_for(target: str, name: str) -> bool:
    return target.endswith("-") and name.startswith(target)


def _print_attacks() -> int:
    """Print the seconds each attack takes at three lengths; linear growth shows as a factor near 10."""
    print(f"{'attack':24} {'10k':>9} {'100k':>9} {'1M':>9} {'growth':>8}")
    for name, unit in ATTACKS.items():
        times = [_seconds(unit, length) for length in (10_000, 100_000, 1_000_000)]
        growth = times[2] / times[1]
        print(f"{name:24} {times[0]:9.4f} {times[1]:9.4f} {times[2]:9.4f} {growth:7.1f}x")
    return 0


def _seconds(unit: str | tuple[str, str], length: int) -> float:
    first, rest = unit if isinstance(unit, tuple) else ("", unit)
    text = first + (rest * (length // len(rest) + 1))[: length - len(first)]
    start = perf_counter()
    sentence_spans(text)
    return perf_counter() - start


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="folder of .jsonl files, one set each")
    parser.add_argument(
        "--targets", action="store_true", help="exit with 1 when a set is below its target F1"
    )
    parser.add_argument(
        "--attacks", action="store_true", help="time hostile texts of 10k, 100k and 1M characters"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
