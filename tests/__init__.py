"""The second documentation: each name is a claim."""
