"""One open document, many hands: rooms, wires, sessions, presence."""
