"""One reader for each kind of file: bytes in, the articles in them out, each with its own bounds and messages."""
