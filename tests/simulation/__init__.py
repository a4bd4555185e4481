"""A whole studio in one thread: real rooms, sessions and wires, simulated clients, links, clock and disk."""
