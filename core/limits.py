"""Every bound of the product, with its unit and its reason. Nothing is unlimited."""

from __future__ import annotations

from typing import Final

# -- documents ------------------------------------------------------------------------------------------------------
#: Bytes of one update. A pasted chapter fits; very large single transactions are quadratic in the CRDT (facts.md).
UPDATE_BYTES_MAX: Final = 1024 * 1024
#: Runs in one update: reading them takes under 0.2 s; a pasted book is one run, a week of offline work a few thousand.
UPDATE_STRUCTS_MAX: Final = 100_000
#: New CRDT client ids one update may bring: each page load offline is one.
UPDATE_CLIENTS_MAX: Final = 256
#: Levels of values or shared types nested in one update. The CRDT library recurses: 100,000 levels kill the process.
UPDATE_VALUE_DEPTH_MAX: Final = 32
#: Units one CRDT client id may insert: the library keeps clocks in 32 bits and wraps around silently beyond them.
CLOCK_MAX: Final = 2**31 - 1
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
#: Characters of one label (a genre, a mood, a language).
LABEL_CHARS_MAX: Final = 100
#: Characters of a trait or another short text that is replaced as a whole.
PARAGRAPH_CHARS_MAX: Final = 5_000
#: Characters of an id inside a document (a section, an entity): a UUID with room to spare.
ENTRY_ID_CHARS_MAX: Final = 64
#: Characters of a place in an ordered list: about six insertions at one spot need one more.
POSITION_CHARS_MAX: Final = 500
#: Entries of a list inside a document (sections, entities) beyond which a person is warned.
ENTRIES_MAX: Final = 1_000
#: Places of one text that are written when a version or a selection is taken back; beyond it the closest become one.
#: A single transaction takes the square of this in the CRDT library: 0.02 s.
REWRITE_EDITS_MAX: Final = 2_000
#: Words inserted and deleted when a text is replaced as a whole; beyond it the middle is replaced in one piece. Finding
#: them takes the square of this: 0.05 s.
DIFF_WORDS_MAX: Final = 250
#: Levels of shared types nested in one document of a kind without a schema. Printing them recurses.
NESTING_LEVELS_MAX: Final = 32
#: People asked to review one branch: a merge waits for all of them.
REVIEWERS_MAX: Final = 20
#: Merges of one branch, a part at a time: each is looked at again by the next.
BRANCH_MERGES_MAX: Final = 100
#: Seconds after which a merge counts as left by whoever began it: it takes less than one, and nothing of it that was on
#: its way can be stored any more by then (COMMIT_SECONDS_MAX, LOG_OUTAGE_SECONDS_MAX).
MERGE_SECONDS_MAX: Final = 60.0
#: Choices one merge makes: one a conflict.
MERGE_CHOICES_MAX: Final = 1_000

# -- the log ----------------------------------------------------------------------------------------------------------
#: The last position: PostgreSQL counts in signed 64-bit integers.
POSITION_MAX: Final = 2**63 - 1
#: Milliseconds between the starts of two commits: below 2 the CPU an edit costs rises and the median hardly falls; 3
#: with rooms that check a schema, whose work would otherwise meet the next commit.
COMMIT_GAP_MS: Final = 3.0
#: Rows in one commit batch: at 15 microseconds a row a batch stays under 60 ms.
BATCH_ROWS_MAX: Final = 4000
#: Rows waiting for a commit in one process; beyond it the writer is told to come back (503 / close 1013).
APPEND_QUEUE_ROWS_MAX: Final = 50_000
#: Bytes waiting for a commit in one process, same answer.
APPEND_QUEUE_BYTES_MAX: Final = 64 * 1024 * 1024
#: Bytes in one commit batch, unless a single append is larger: what one fsync carries in well under 100 ms.
BATCH_BYTES_MAX: Final = 8 * 1024 * 1024
#: Seconds one commit may take before its connection is given up and the outcome looked up on another one.
COMMIT_SECONDS_MAX: Final = 10.0
#: Seconds queued appends wait for a database that does not answer: an embedded one recovers from a kill in 1.3 s.
LOG_OUTAGE_SECONDS_MAX: Final = 15.0
#: Seconds between two attempts to reach a database that does not answer; the pause doubles from the first to the last.
RECONNECT_SECONDS_MIN: Final = 0.05
RECONNECT_SECONDS_MAX: Final = 1.0
#: Seconds one read of the log may take, waiting for a connection included.
READ_SECONDS_MAX: Final = 30.0
#: Connections for reading in one process: reads are short, and an embedded server has 100 for all processes.
POOL_CONNECTIONS_MAX: Final = 8
#: Streams named in one hint to other nodes: 33 bytes each, PostgreSQL carries 8000; beyond it "any may have changed".
HINT_STREAMS_MAX: Final = 200
#: Partitions of keystrokes kept ready beyond the head: a day without maintenance is no reason to stop.
PARTITIONS_AHEAD: Final = 2
#: Milliseconds maintenance waits for a lock before it gives way to appends and tries again later.
MAINTENANCE_LOCK_MS: Final = 500
#: Milliseconds the attaching of a partition waits for those who use the log: as long, others wait behind it.
ATTACH_LOCK_MS: Final = 50
#: Seconds after which it is tried again, while there is a partition to append to.
ATTACH_AGAIN_SECONDS: Final = 10.0
#: Positions in one partition of keystrokes: five million rows are about 1 GB, sealed in minutes.
PARTITION_POSITIONS: Final = 5_000_000
#: Keystrokes in one sealed segment: twice as many save three per cent and take twice as long to unpack (some ms).
SEGMENT_ROWS: Final = 4096
#: Bytes of bodies after which a segment ends earlier: what a reader holds and unpacks at once.
SEGMENT_BYTES_MAX: Final = 4 * 1024 * 1024
#: Bytes of unpacked segments one process keeps: about a hundred, what a few people read of the past at a time.
SEGMENTS_KEPT_BYTES_MAX: Final = 32 * 1024 * 1024
#: Rows of a document emptied in one transaction of erasing it: some tens of milliseconds under the lock of sealing.
ERASE_ROWS: Final = 5000
#: Seconds between the wish to erase a document and its erasure: by then every room that still had it has let go.
ERASE_WAIT_SECONDS: Final = 5.0
#: Seconds between two looks for a partition that has closed: one closes every five million keystrokes.
SEAL_LOOK_SECONDS: Final = 30.0
#: Sealing rests so many times as long as it worked: a whole partition takes minutes, and nobody waits for it.
SEAL_REST_FACTOR: Final = 3.0
#: Updates after which an open document is snapshotted: a tail of this length applies in a few milliseconds.
SNAPSHOT_EVERY_UPDATES: Final = 500
#: Events in one page of the events API and one read of a subscription.
PAGE_EVENTS_MAX: Final = 1000
#: Bytes of bodies in such a page after which it ends: a thousand keystrokes are 50 KB, a thousand pasted chapters a GB.
PAGE_BYTES_MAX: Final = 1024 * 1024
#: Seconds between two looks for rare events (roles, the trash) while the log grows: a person does not notice a tenth.
RARE_EVENTS_GAP_SECONDS: Final = 0.1
#: Seconds between two looks of a subscription when no hint arrives: hints can be lost, the look cannot.
POLL_SECONDS: Final = 1.0

# -- rooms and sockets ------------------------------------------------------------------------------------------------
#: Bytes of a document's state from which where everything in it lies is found out beside the loop: 15 ms of work.
READ_AHEAD_BYTES: Final = 32 * 1024
#: Updates merged into one delivery; merging is quadratic in the number of inputs (facts.md).
MERGE_FAN_IN_MAX: Final = 64
#: Updates admitted and not yet durable in one room; beyond it the socket is not read.
ROOM_QUEUE_UPDATES_MAX: Final = 10_000
#: Bytes of the same: a chapter pasted by each of a dozen people.
ROOM_QUEUE_BYTES_MAX: Final = 16 * 1024 * 1024
#: Bytes of one member's messages that wait for what they build on: one full WebSocket message.
HELD_BYTES_MAX: Final = MESSAGE_BYTES_MAX
#: Connections that wrote in one commit and get a merge of their own, without their echo; beyond, merges cost too much.
AUTHORS_APART_MAX: Final = 8
#: Bytes buffered for one reader before it counts as slow and its backlog is merged.
OUTBOX_BYTES_HIGH: Final = 256 * 1024
#: Seconds a reader may stay slow before it is told to come back (close 1013).
SLOW_READER_SECONDS_MAX: Final = 60.0
#: Bytes of one person's awareness state: a name, a colour, a cursor and what they look at.
AWARENESS_BYTES_MAX: Final = 16 * 1024
#: Awareness states (client ids) one connection may announce: itself and what it echoes of a reload.
AWARENESS_CLIENTS_MAX: Final = 8
#: Seconds another node's cursors are shown without being repeated: twice the renewal of the awareness protocol (15 s).
PRESENCE_REMOTE_SECONDS_MAX: Final = 30.0
#: Seconds between two times a node tells the others who is in which document, unless that has changed.
WHEREABOUTS_SECONDS: Final = 5.0
#: Seconds between pings; a dead socket is gone within two.
PING_SECONDS: Final = 5.0
#: Seconds without any sign of life after which a socket is dropped and its cursors vanish (P: within 10 s).
DEAD_AFTER_SECONDS: Final = 10.0
#: Seconds a peer gets to answer the closing handshake before its socket is cut.
CLOSE_SECONDS_MAX: Final = 5.0
#: Documents one Hocuspocus socket may open: a screen shows a handful.
DOCUMENTS_PER_SOCKET_MAX: Final = 64
#: Frames and bytes kept for a document while its authentication is under way.
PRE_AUTH_FRAMES_MAX: Final = 64
PRE_AUTH_BYTES_MAX: Final = 1024 * 1024
#: Seconds a socket without any authenticated document stays open.
PRE_AUTH_SECONDS_MAX: Final = 15.0
#: Look-ups of credentials under way for one socket: a screen's documents sign in within a few round trips.
SIGN_INS_AT_ONCE_MAX: Final = 8
#: Credentials refused in a row on one socket before it is closed: whoever means well asks a person after the first.
DENIALS_PER_SOCKET_MAX: Final = 8
#: Messages of one wake-up taken before looking whether their answers have filled the socket.
MESSAGES_TAKEN_AT_ONCE: Final = 256
#: Sockets of one person, all documents together: a program that follows every document opens one for each.
SOCKETS_PER_PERSON_MAX: Final = 1000
#: Messages a second one socket may send, sustained and in a burst; beyond it reading stops for a moment.
MESSAGES_PER_SECOND_MAX: Final = 20_000
#: Seconds an empty room stays in memory: a reload must not reopen it from disk.
ROOM_IDLE_SECONDS: Final = 30.0
#: Documents open at once in one process: at a few hundred kilobytes each, under 2 GB.
ROOMS_MAX: Final = 5_000
#: Seconds between two looks of an open document at the log when no hint arrives: hints can be lost, the look cannot.
ROOM_CHECK_SECONDS: Final = 15.0
#: Seconds a shutdown waits for queued edits to become durable.
SHUTDOWN_SECONDS_MAX: Final = 20.0

# -- people -----------------------------------------------------------------------------------------------------------
#: Seconds a one-time sign-in link can be used.
SIGN_IN_LINK_SECONDS: Final = 7 * 24 * 3600
#: Seconds a browser session lasts without a visit.
SESSION_SECONDS: Final = 30 * 24 * 3600
#: Seconds of that after which a visit starts them anew: once a day is one write, once a request would be thousands.
SESSION_EXTEND_SECONDS: Final = 24 * 3600
#: Seconds between two looks for credentials that expired while a socket or stream they opened is still open.
CREDENTIAL_CHECK_SECONDS: Final = 10.0
#: Members of the workspace, invited ones included: every process keeps all their roles in memory.
MEMBERS_MAX: Final = 1_000
#: Colours of people: as many as are told apart at a glance and carry white letters in both themes; the client's
#: tokens.css has one for each. Members beyond them share.
PERSON_COLOURS: Final = 8
#: Former members whose colours are told with the members: for what is left of them in histories.
FORMER_MEMBERS_MAX: Final = 1_000
#: Tokens, links and sessions of one person that are alive at once.
CREDENTIALS_PER_PERSON_MAX: Final = 100
#: Characters of a person's name.
NAME_CHARS_MAX: Final = 80

# -- HTTP -------------------------------------------------------------------------------------------------------------
#: Bytes of a JSON request body.
BODY_BYTES_MAX: Final = 8 * 1024 * 1024
#: Levels of nested lists and objects in a JSON body: twice what any document of ours has.
JSON_DEPTH_MAX: Final = 64
#: Operations in one JSON Patch: a form with every field changed has a few hundred.
PATCH_OPERATIONS_MAX: Final = 1_000
#: Copy operations in one JSON Patch: each can double the document.
PATCH_COPIES_MAX: Final = 20
#: Seconds between two signs of life in an event stream: proxies close what is silent for a minute.
EVENT_STREAM_HEARTBEAT_SECONDS: Final = 15.0
#: Seconds an event stream that has read everything lets pass before it looks again: two commits in one write.
EVENT_STREAM_GAP_SECONDS: Final = 0.005
#: Pages of events, and bytes in one, kept for other streams that are at the same place: 16 MB at the most.
SHARED_PAGES_MAX: Final = 64
SHARED_PAGE_BYTES_MAX: Final = 256 * 1024
#: Seconds they are kept: streams that follow live are together within milliseconds, and what is erased must go.
SHARED_SECONDS_MAX: Final = 1.0
#: Bytes of a page as event streams send it, kept likewise: a thousand edits without their bytes are 350 KB.
SHARED_FRAME_BYTES_MAX: Final = 512 * 1024
#: Bytes of the built browser client, compressed forms included: ten times what it has.
CLIENT_BYTES_MAX: Final = 64 * 1024 * 1024
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
#: Bytes of address space a local engine may use: fifteen minutes of stereo stems need about half of it.
RENDER_MEMORY_BYTES_MAX: Final = 4 * 1024 * 1024 * 1024
#: Jobs waiting in one workspace; a click held down is not a thousand renders.
JOBS_WAITING_MAX: Final = 200
#: Progress events a job may store a second: enough for a bar that moves.
PROGRESS_PER_SECOND_MAX: Final = 4

# -- the embedded database --------------------------------------------------------------------------------------------
#: Seconds a server may recover after a crash: 2 GB of write-ahead log on a slow disk are replayed within it.
DATABASE_START_SECONDS_MAX: Final = 600.0
#: Seconds a server gets to stop in order before it is ended such that it recovers at the next start.
DATABASE_STOP_SECONDS_MAX: Final = 30.0
#: Bytes of a job's parameters as JSON: settings of an engine, never content; content is in the document.
JOB_PARAMETERS_BYTES_MAX: Final = 64 * 1024
#: Characters of the reason a job failed for; the end of an engine's output says more than its beginning.
JOB_REASON_CHARS_MAX: Final = 2000
#: Least change of a job's progress that is stored by itself: two hundred events draw any bar.
PROGRESS_STEP: Final = 0.005
#: Seconds before the second attempt of a failed job; doubled for each further one, half of it by chance.
RETRY_SECONDS_FIRST: Final = 1.0
#: Seconds between two attempts at the most: an engine that is down for an hour is tried again soon after.
RETRY_SECONDS_MAX: Final = 300.0
#: Seconds until a wake-up nobody answered is sent again (it may be lost, or wait behind others), doubled each time.
WAKE_AGAIN_SECONDS: Final = 10.0
#: Seconds between two wake-ups of one attempt at the most: a backlog must not fill the broker with copies.
WAKE_AGAIN_SECONDS_MAX: Final = 300.0
#: Jobs one dispatcher has woken and not yet seen start: more than any worker runs at once.
WAKES_OUTSTANDING_MAX: Final = 64
#: Bytes of one stored blob: fifteen minutes of stereo in 32-bit floats at 96 kHz are 660 MiB.
BLOB_BYTES_MAX: Final = 1024 * 1024 * 1024
#: Seconds after which a half-written blob counts as left behind by a dead process: no upload pauses that long.
BLOB_ABANDONED_SECONDS: Final = 3600.0

# -- projections ------------------------------------------------------------------------------------------------------
#: Items in one page of a list.
LIST_ITEMS_MAX: Final = 200
#: Least seconds between two batches of a projection that has caught up: "at once" for a person, 4 reads a second.
PROJECTION_GAP_SECONDS: Final = 0.25
#: The same for documents' states: an open document is read whole, so once a second, never once a keystroke.
DOCUMENTS_GAP_SECONDS: Final = 1.0
#: A projection rests so many times as long as it worked, so that all of them leave the machine to the people writing.
PROJECTION_REST_FACTOR: Final = 19.0
#: Seconds it rests at the most: lists may be that late while hundreds write at once.
PROJECTION_REST_SECONDS_MAX: Final = 10.0
#: Seconds until a projection that failed tries again, doubled up to the maximum.
PROJECTION_RETRY_SECONDS_FIRST: Final = 1.0
PROJECTION_RETRY_SECONDS_MAX: Final = 60.0
#: Seconds a finished rebuild waits for readers of the old table to let go before it steps back and tries later.
SWAP_WAIT_SECONDS_MAX: Final = 2.0
#: Characters of a document that the library's search covers: PostgreSQL's text index takes no more than a megabyte.
SEARCH_CHARS_MAX: Final = 50_000
#: Seconds a first connection may take: a server in the same house answers in milliseconds.
DATABASE_CONNECT_SECONDS_MAX: Final = 10.0

# -- the processes of one machine -------------------------------------------------------------------------------------
#: Seconds a child gets to end in order: its own shutdown (SHUTDOWN_SECONDS_MAX) and a little more.
CHILD_STOP_SECONDS_MAX: Final = SHUTDOWN_SECONDS_MAX + 5.0
#: Bytes of one process' log; one older part of the same size is kept.
CHILD_LOG_BYTES_MAX: Final = 10 * 1024 * 1024
#: Seconds until the studio must answer after a start; loading every library on a slow disk takes ten.
READY_SECONDS_MAX: Final = 120.0
#: Bytes that should be free on the disk of the data: a day's work of a few people, and a database that can recover.
FREE_BYTES_MIN: Final = 1024 * 1024 * 1024

#: Words of one text times words of the other that are compared one by one: 5 MB of bits and about 10 ms of work, in
#: which nothing else runs in the process. Texts beyond it are compared by line first.
DIFFERENCE_CELLS_MAX: Final = 40_000_000

# -- history ----------------------------------------------------------------------------------------------------------
#: Updates read and counted into a history at a time: either holds the interpreter for about 4 ms.
HISTORY_PAGE_UPDATES: Final = 500
#: Updates after which a history is cached anew: counting so many in again takes a tenth of a second.
HISTORY_CACHED_EVERY_UPDATES: Final = 5_000
#: Seconds between two looks for long documents whose cached history is far behind; who pauses so long rests.
HISTORY_LOOK_SECONDS: Final = 60.0
#: Documents that one such look finds at most: their ids and counts take about a megabyte.
HISTORY_LOOK_DOCUMENTS_MAX: Final = 10_000
#: Seconds after which the thread that works on histories gives way to keystrokes; several waits make one delay.
THREAD_SWITCH_SECONDS: Final = 0.001
#: Objects made and not yet let go after which the interpreter looks for garbage among them. With its usual 700, reading
#: a few pages of the log makes it look through everything there is, and everybody's keystrokes wait 40 ms for that.
GARBAGE_OBJECTS: Final = 10_000
#: Updates that a version in memory is shown with beside its archive: applying them takes about 12 ms.
HISTORY_TAIL_UPDATES_MAX: Final = 2_000
#: Updates in all histories one process keeps in memory, at about 200 bytes each.
HISTORIES_KEPT_UPDATES_MAX: Final = 2_000_000
#: Documents one version names: a song, its persona, its world and a few more.
VERSION_DOCUMENTS_MAX: Final = 20
#: Named versions of a document that blame knows, the newest ones: a name a day for three years.
BLAME_VERSIONS_MAX: Final = 1_000
#: Minutes without an update of theirs that end somebody's sitting: longer than a pause for thought.
SITTING_PAUSE_MINUTES: Final = 10
#: Sittings one request looks at for a path: each costs two states of the document.
SITTINGS_EXAMINED_MAX: Final = 200
#: Merges into a document that its timeline sets apart from sittings, the newest ones: one a day for three years.
TIMELINE_MERGES_MAX: Final = 1_000
#: Findings about one document's past that are remembered: a few pages of its timeline, with the states they end in.
HISTORY_FINDINGS_MAX: Final = 200
#: Questions about the past that wait in one process; beyond it the asker is told to come back (503).
HISTORY_QUESTIONS_MAX: Final = 64
#: Of them, questions about one document: whoever asks more at once waits for nobody but themselves.
HISTORY_QUESTIONS_PER_DOCUMENT_MAX: Final = 12

# -- comments ---------------------------------------------------------------------------------------------------------
#: Characters of one message: a page; longer thoughts are a note of their own.
COMMENT_CHARS_MAX: Final = PARAGRAPH_CHARS_MAX
#: Messages in one thread: people lose the thread long before; each is read whenever the thread is.
COMMENT_MESSAGES_MAX: Final = 500
#: Everything that ever happened in one thread, edits and re-openings included: reading it stays under 20 ms.
COMMENT_FACTS_MAX: Final = 2_000
#: People one message mentions: everybody at a table, not everybody in the house.
COMMENT_MENTIONS_MAX: Final = 50
#: Characters of the quote a thread keeps of the words it is about.
COMMENT_QUOTE_CHARS_MAX: Final = 1_000
#: Entries of an inbox marked as read by name in one request: a page of them.
INBOX_READ_AT_ONCE_MAX: Final = LIST_ITEMS_MAX
#: Documents one person does not want to hear of.
INBOX_MUTED_MAX: Final = 1_000
#: Characters of a message that an inbox shows: enough to know whether one has to look.
INBOX_TEXT_CHARS_MAX: Final = 500
#: Unread entries beyond which an inbox only says that there are many: counting on helps nobody.
INBOX_COUNTED_MAX: Final = 1_000
