"""Everything that does I/O for `core`: one package or file a technology."""
