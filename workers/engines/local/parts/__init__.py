"""The players: each reads the arrangement and writes its notes."""
