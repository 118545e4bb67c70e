"""The product as people meet it: Chromium in front of the running server."""
