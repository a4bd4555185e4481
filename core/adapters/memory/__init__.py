"""Every port of core/ports.py in memory: the same promises without a disk, for tests and simulations.

Several nodes on one log are several `MemoryLog`s on one `MemoryStore`; what a store holds survives its logs, as a
database survives the processes that write to it.
"""

from core.adapters.memory.blobs import MemoryBlobs
from core.adapters.memory.clock import ManualClock
from core.adapters.memory.hints import MemoryFanout, MemoryWakeups, Wakeup
from core.adapters.memory.log import MemoryLog
from core.adapters.memory.places import MemoryCheckpoints, MemorySnapshots
from core.adapters.memory.store import MemoryClientIds, MemoryStore

__all__ = [
    "ManualClock",
    "MemoryBlobs",
    "MemoryCheckpoints",
    "MemoryClientIds",
    "MemoryFanout",
    "MemoryLog",
    "MemorySnapshots",
    "MemoryStore",
    "MemoryWakeups",
    "Wakeup",
]
