"""The REST API: the same steps as the pages, with a serializer in the form's place."""
