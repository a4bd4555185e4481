"""Pure functions on Yjs updates: ranges, admission, text offsets."""
