"""Pages: guard, fetch, form, one call, answer."""
