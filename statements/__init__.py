"""Statements, sentence by sentence: store, tag, export."""
