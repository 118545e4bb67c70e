"""Statements made up by a seeded generator: French words at random, in sentences as long as in the press.

Their sentences have about 22 words and 120 to 160 characters; nothing of it was ever said by anybody.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate, cycle

LENGTHS = (35, 20, 50, 35)  # sentences of a statement, in turn
SHORT, LONG = 17, 27  # words of a sentence

TEXT = """
de la le les et des à en que du une dans pour qui au par sur pas plus nous notre est avec son aux cette sont
ont mais ces leur nos été être comme vous tous ses elle sans aussi entre sous fait après depuis très
société autorité rapport enquête clients salariés actionnaires direction conseil marché produits sécurité
données règles décision contrat paiements résultats comptes contrôle documents questions réponse presse
journaliste article année semaine première nouvelle dernière européenne nationale indépendante extérieure
financière commerciale technique personnelle ancienne actuelle générale publique entière claire précise
affirme conteste dément regrette confirme publie examine protège informe suspend poursuit répond engage
demande rappelle souligne précise estime reconnaît dénonce accuse reproche refuse accepte remet présente
améliorer renforcer garantir respecter communiquer vérifier corriger indemniser rembourser collaborer
accusations allégations procédure responsabilité transparence manquements fournisseurs consommateurs
établissement réglementation administration gouvernance certification installations conséquences
immédiatement régulièrement intégralement volontairement aujourd’hui désormais toujours jamais bientôt
"""
WORDS = TEXT.split()
OFTEN = list(accumulate(1 / (rank + 20) for rank in range(len(WORDS))))  # the short ones stand in front


def made_up(sentences: int) -> Iterator[list[str]]:
    """Yield the sentences of one statement after the other, so many in all; the same ones each time."""
    chance = random.Random(sentences)
    lengths = cycle(LENGTHS)
    while sentences > 0:
        length = min(next(lengths), sentences)
        yield [sentence(chance) for _ in range(length)]
        sentences -= length


def sentence(chance: random.Random) -> str:
    words = chance.choices(WORDS, cum_weights=OFTEN, k=chance.randint(SHORT, LONG))
    words[len(words) // 2] += ","
    return f"{' '.join(words).capitalize()}."
