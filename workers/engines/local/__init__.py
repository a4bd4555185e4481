"""The local engine: plays a song with synthesised instruments, without a model, a key or a network."""
