"""Wiring: environment, settings, addresses, server entry."""
