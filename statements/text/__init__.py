"""Plain Python about texts: paragraphs, sentences and the offsets between them."""
