// One person with a stock client, driven line by line: JSON commands on stdin, one JSON answer each on stdout.
// A process is one person, so that nothing but the server carries edits between them.
import { createInterface } from "node:readline";
import { HocuspocusProvider } from "@hocuspocus/provider";
import WebSocket from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

// Longer than the 18 seconds after which a stock client repeats its cursor.
const WAIT_MS_MAX = 30_000;

const document = new Y.Doc();
const text = document.getText("t");
let provider = null;
let wire = null;
// What the client was told, in order: {"name", ...}.
const events = [];
// How many updates this client has sent, and how many of them the server has said are stored (Hocuspocus only).
let sent = 0;
let acknowledged = 0;
let refused = 0;
// What this client sent that the server answers with one SyncStatus each, oldest first.
const unanswered = [];
const waiting = new Set();

function tell(name, detail = {}) {
  events.push({ name, ...detail });
  check();
}

function check() {
  for (const attempt of [...waiting]) attempt();
}

function answered(applied) {
  const kind = unanswered.shift();
  if (!applied) refused += 1;
  else if (kind === "update") acknowledged += 1;
  check();
}

const open = {
  "y-websocket"({ url, name, token }) {
    provider = new WebsocketProvider(url, name, document, {
      WebSocketPolyfill: WebSocket, params: { token }, disableBc: true, maxBackoffTime: 300,
    });
    provider.on("status", ({ status }) => tell("status", { status }));
    provider.on("sync", (synced) => tell("sync", { synced }));
    provider.on("closed", ({ code, reason }) => tell("closed", { code, reason }));
    provider.awareness.on("change", check);
  },
  hocuspocus({ url, name, token }) {
    provider = new HocuspocusProvider({
      url, name, token, document, WebSocketPolyfill: WebSocket, delay: 100, minDelay: 100, maxDelay: 300,
      onStatus: ({ status }) => tell("status", { status }),
      onSynced: () => tell("sync", { synced: true }),
      onAuthenticated: ({ scope }) => tell("authenticated", { scope }),
      onAuthenticationFailed: ({ reason }) => tell("denied", { reason }),
      onStateless: ({ payload }) => tell("stateless", { payload }),
      onUnsyncedChanges: check,
      onClose: ({ event }) => tell("close", { code: event.code }),
    });
    provider.on("message", ({ message }) => {
      message.readVarString();
      const type = message.readVarUint();
      if ((type === 0 || type === 4) && message.readVarUint() === 0) unanswered.push("step2"); // The client answers it.
      if (type === 8) answered(message.readVarUint() === 1);
    });
    provider.on("outgoingMessage", ({ message }) => {
      if (message.description === "A document update") unanswered.push("update");
    });
    provider.on("close", () => (unanswered.length = 0));
    provider.awareness.on("change", check);
  },
};

const commands = {
  open(options) {
    wire = options.wire;
    open[wire](options);
    document.on("update", check);
  },
  insert: ({ index, content }) => text.insert(index < 0 ? text.length : index, content),
  remove: ({ index, length }) => text.delete(index, length),
  // Typing goes on, a character a turn of the loop, until the text has gone out or the client is told to stop.
  type({ content }) {
    let at = 0;
    const next = () => {
      if (at === content.length) return tell("typed");
      text.insert(text.length, content[at++]);
      sent = at;
      check();
      setImmediate(next);
    };
    next();
  },
  announce: ({ state }) => provider.awareness.setLocalState(state),
  connect: () => provider.connect(),
  disconnect: () => provider.disconnect(),
  read: () => look(),
};

function look() {
  return {
    text: text.toString(),
    client: document.clientID,
    synced: provider?.synced ?? false,
    unsynced: provider?.unsyncedChanges ?? 0,
    acknowledged,
    refused,
    sent,
    people: [...(provider?.awareness.getStates().entries() ?? [])].map(([client, state]) => ({ client, state })),
    events,
  };
}

const conditions = {
  text: (now, { equals }) => now.text === equals,
  length: (now, { least }) => now.text.length >= least,
  synced: (now) => now.synced,
  saved: (now) => now.synced && now.unsynced === 0,
  acknowledged: (now, { least }) => now.acknowledged >= least,
  refused: (now, { least }) => now.refused >= least,
  person: (now, { name }) => now.people.some(({ state }) => state?.user?.name === name),
  gone: (now, { name }) => !now.people.some(({ state }) => state?.user?.name === name),
  event: (now, { event }) => now.events.some((e) => Object.entries(event).every(([key, value]) => e[key] === value)),
};

function wait({ until, ...options }) {
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const now = look();
      if (!conditions[until](now, options)) return;
      settle();
      resolve(now);
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Error(`waited in vain until ${until} ${JSON.stringify(options)}: ${JSON.stringify(look())}`));
    }, WAIT_MS_MAX);
    const settle = () => {
      waiting.delete(attempt);
      clearTimeout(timer);
    };
    waiting.add(attempt);
    attempt();
  });
}

// Stock clients talk to the console; stdout is for answers.
console.log = console.info = console.warn = console.error;

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await (command === "wait" ? wait(options) : commands[command](options))) ?? null };
  } catch (error) {
    answer = { error: String(error?.stack ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit(0);
