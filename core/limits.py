"""Every bound of the product, with its unit and its reason. Nothing is unlimited."""

from __future__ import annotations

from typing import Final

# -- documents ------------------------------------------------------------------------------------------------------
#: Bytes of one update. A pasted chapter fits; very large single transactions are quadratic in the CRDT (facts.md).
UPDATE_BYTES_MAX: Final = 1024 * 1024
#: Bytes of one WebSocket message: an update and its envelope; a first sync of offline work may be larger than an edit.
MESSAGE_BYTES_MAX: Final = 4 * 1024 * 1024
#: Bytes of a document's encoded state. 100 MB of text is no song; it is an attack or a bug.
DOCUMENT_BYTES_MAX: Final = 64 * 1024 * 1024
#: Characters of a one-line field (title, name, key).
LINE_CHARS_MAX: Final = 500
#: Characters of a text field (lyrics of a section, biography). Ten times the longest lyric field an engine accepts.
TEXT_CHARS_MAX: Final = 200_000
#: Labels in a list of labels (genres, moods, tags). A warning beyond it, never a refusal: a count is no type.
LABELS_MAX: Final = 100
#: Depth of nested values in one field.
VALUE_DEPTH_MAX: Final = 8

# -- the log ----------------------------------------------------------------------------------------------------------
#: Milliseconds between the starts of two commits: below it the CPU an edit costs rises and the median hardly falls.
COMMIT_GAP_MS: Final = 2.0
#: Rows in one commit batch: at 15 microseconds a row a batch stays under 60 ms.
BATCH_ROWS_MAX: Final = 4000
#: Rows waiting for a commit in one process; beyond it the writer is told to come back (503 / close 1013).
APPEND_QUEUE_ROWS_MAX: Final = 50_000
#: Bytes waiting for a commit in one process, same answer.
APPEND_QUEUE_BYTES_MAX: Final = 64 * 1024 * 1024
#: Positions in one partition of keystrokes: five million rows are about 1 GB, sealed in minutes.
PARTITION_POSITIONS: Final = 5_000_000
#: Updates after which an open document is snapshotted: a tail of this length applies in a few milliseconds.
SNAPSHOT_EVERY_UPDATES: Final = 500
#: Events in one page of the events API and one read of a subscription.
PAGE_EVENTS_MAX: Final = 1000
#: Seconds between two looks of a subscription when no hint arrives: hints can be lost, the look cannot.
POLL_SECONDS: Final = 1.0

# -- rooms and sockets ------------------------------------------------------------------------------------------------
#: Updates merged into one delivery; merging is quadratic in the number of inputs (facts.md).
MERGE_FAN_IN_MAX: Final = 64
#: Updates admitted and not yet durable in one room; beyond it the socket is not read.
ROOM_QUEUE_UPDATES_MAX: Final = 10_000
#: Bytes buffered for one reader before it counts as slow and its backlog is merged.
OUTBOX_BYTES_HIGH: Final = 256 * 1024
#: Bytes of merged backlog after which a slow reader is resynced from state instead.
OUTBOX_BYTES_RESYNC: Final = 1024 * 1024
#: Seconds a reader may stay slow before it is told to come back (close 1013).
SLOW_READER_SECONDS_MAX: Final = 60.0
#: Bytes of one person's awareness state: a name, a colour, a cursor and what they look at.
AWARENESS_BYTES_MAX: Final = 16 * 1024
#: Awareness states (client ids) one connection may announce: itself and what it echoes of a reload.
AWARENESS_CLIENTS_MAX: Final = 8
#: Seconds between pings; a dead socket is gone within two.
PING_SECONDS: Final = 5.0
#: Seconds without any sign of life after which a socket is dropped and its cursors vanish (P: within 10 s).
DEAD_AFTER_SECONDS: Final = 10.0
#: Documents one Hocuspocus socket may open: a screen shows a handful.
DOCUMENTS_PER_SOCKET_MAX: Final = 64
#: Frames and bytes kept for a document while its authentication is under way.
PRE_AUTH_FRAMES_MAX: Final = 64
PRE_AUTH_BYTES_MAX: Final = 1024 * 1024
#: Sockets of one person, all documents together.
SOCKETS_PER_PERSON_MAX: Final = 50
#: Messages a second one socket may send, sustained and in a burst; beyond it reading stops for a moment.
MESSAGES_PER_SECOND_MAX: Final = 20_000
#: Seconds an empty room stays in memory: a reload must not reopen it from disk.
ROOM_IDLE_SECONDS: Final = 30.0
#: Seconds a shutdown waits for queued edits to become durable.
SHUTDOWN_SECONDS_MAX: Final = 20.0

# -- people -----------------------------------------------------------------------------------------------------------
#: Seconds a one-time sign-in link can be used.
SIGN_IN_LINK_SECONDS: Final = 7 * 24 * 3600
#: Seconds a browser session lasts without a visit.
SESSION_SECONDS: Final = 30 * 24 * 3600
#: Characters of a person's name.
NAME_CHARS_MAX: Final = 80

# -- HTTP -------------------------------------------------------------------------------------------------------------
#: Bytes of a JSON request body.
BODY_BYTES_MAX: Final = 8 * 1024 * 1024
#: Event streams open at once in one process.
EVENT_STREAMS_MAX: Final = 500

# -- jobs -------------------------------------------------------------------------------------------------------------
#: Seconds a worker owns a job without renewing its lease; twice this after a kill -9 the job runs again.
LEASE_SECONDS: Final = 10.0
#: Attempts before a job is failed for good.
ATTEMPTS_MAX: Final = 5
#: Seconds a render may take before it is stopped and counted as failed.
RENDER_SECONDS_MAX: Final = 30 * 60
#: Minutes of audio one render may produce: the longest any engine offers is ten.
RENDER_MINUTES_MAX: Final = 15
#: Jobs waiting in one workspace; a click held down is not a thousand renders.
JOBS_WAITING_MAX: Final = 200
#: Progress events a job may store a second: enough for a bar that moves.
PROGRESS_PER_SECOND_MAX: Final = 4
