"""Public ids: what addresses, the API and exports show in place of primary keys."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0 o 1 i l, which people misread
LENGTH = 12


def new_public_id() -> str:
    """Return twelve random signs: 59 bits cannot be guessed, and people can still read them out."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
