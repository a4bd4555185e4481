"""The meaning of Counterpoint: events, documents and decisions. Pure, except `adapters/`."""
