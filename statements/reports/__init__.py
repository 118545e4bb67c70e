"""Use cases that only read: across tables, computed, streamed."""
