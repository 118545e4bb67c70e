"""Use cases: each changes things in one transaction and leaves its trace."""
