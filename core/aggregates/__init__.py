"""One file an aggregate: frozen events, state, decisions."""
