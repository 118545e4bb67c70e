"""The pages, request by request."""
