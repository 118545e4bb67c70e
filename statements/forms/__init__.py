"""Forms: what people send, checked and turned into what the use cases take."""
