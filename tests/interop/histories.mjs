// Random histories of several people with stock Yjs, as a server would store them: JSON on stdout, one array of updates
// (hex) for each history. Arguments: the first seed, how many histories, steps in each.
import * as Y from "yjs";

const [firstSeed, count, steps] = process.argv.slice(2).map(Number);
const PEOPLE = 3;

// mulberry32: a small generator of known quality; Math.random takes no seed.
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function reader(state) {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  return doc;
}

function seen(doc) {
  const text = doc.getText("text").toDelta();
  return [text, doc.getArray("rows"), doc.getMap("map"), doc.getXmlFragment("xml")];
}

function history(seed) {
  const random = generator(seed);
  const below = (bound) => Math.floor(random() * bound);
  const pick = (values) => values[below(values.length)];
  const log = [];
  const server = new Y.Doc();
  const people = Array.from({ length: PEOPLE }, (_, number) => person(number));

  function person(number) {
    const doc = new Y.Doc();
    doc.clientID = 1 + number + 10 * below(200_000_000);
    const roots = [doc.getText("text"), doc.getArray("rows"), doc.getMap("map"), doc.getXmlFragment("xml")];
    // Without a pause between edits the manager makes one step of all of them.
    const undo = new Y.UndoManager(roots, { captureTimeout: 0 });
    const unsent = [];
    doc.on("update", (update, origin) => origin !== "server" && unsent.push(update));
    return { doc, undo, unsent, heard: 0 };
  }

  function receive(someone) {
    for (; someone.heard < log.length; someone.heard++) Y.applyUpdate(someone.doc, log[someone.heard], "server");
  }

  function store(update) {
    log.push(update);
    Y.applyUpdate(server, update);
  }

  function send(someone) {
    if (random() < 0.3) {
      // After time without a connection: all that the server lacks, as one update.
      store(Y.encodeStateAsUpdate(someone.doc, Y.encodeStateVector(server)));
    } else {
      for (const update of someone.unsent) store(update);
    }
    someone.unsent.length = 0;
  }

  function content() {
    switch (below(6)) {
      case 0: {
        const text = new Y.Text();
        text.insert(0, pick(["né🎵", "nested", "x"]));
        return text;
      }
      case 1: {
        const map = new Y.Map();
        map.set("k", pick([1, "two", null]));
        if (random() < 0.5) map.set("inner", new Y.Text("inside"));
        return map;
      }
      case 2: {
        const rows = new Y.Array();
        rows.insert(0, [1, "two", [3]]);
        return rows;
      }
      default:
        return pick([1, "two", null, true, { a: [1] }, 2.5]);
    }
  }

  function change(type) {
    if (type instanceof Y.XmlFragment) return changeElements(type);
    if (type instanceof Y.Text) return changeText(type);
    if (type instanceof Y.Map) return changeMap(type);
    const inner = type.toArray().filter((value) => value instanceof Y.AbstractType);
    if (inner.length && random() < 0.5) return change(pick(inner));
    if (type.length && random() < 0.35) {
      const at = below(type.length);
      type.delete(at, 1 + below(Math.min(3, type.length - at)));
    } else {
      type.insert(below(type.length + 1), Array.from({ length: 1 + below(2) }, content));
    }
  }

  // Where an editor lets a cursor stand: not inside a character of two units.
  function stops(text) {
    const places = [0];
    for (const { insert } of text.toDelta())
      for (const character of typeof insert === "string" ? insert : [insert])
        places.push(places.at(-1) + (typeof character === "string" ? character.length : 1));
    return places;
  }

  function changeText(text) {
    const places = stops(text);
    const from = below(places.length);
    const at = places[from];
    const length = places[Math.min(places.length - 1, from + 1 + below(5))] - at;
    const choice = random();
    if (choice < 0.25 && length) text.delete(at, length);
    else if (choice < 0.4 && length) text.format(at, length, pick([{ bold: true }, { bold: null }, { size: 3 }]));
    else if (choice < 0.45) text.insertEmbed(at, { image: "a" });
    else if (choice < 0.55) text.applyDelta([{ retain: at }, { insert: "delta", attributes: { bold: true } }]);
    else {
      // Somebody types: one character after the other.
      const word = pick(["a", "word", "né", "🎵🎶", "longer words"]);
      let place = at;
      for (const character of random() < 0.5 ? [word] : word) {
        text.insert(place, character);
        place += character.length;
      }
    }
  }

  function changeMap(map) {
    const inner = [...map.values()].filter((value) => value instanceof Y.AbstractType);
    if (inner.length && random() < 0.5) return change(pick(inner));
    const key = pick(["k", "l", "inner"]);
    if (random() < 0.25) map.delete(key);
    else map.set(key, content());
  }

  function changeElements(parent) {
    const inner = parent.toArray();
    if (inner.length && random() < 0.6) {
      const child = pick(inner);
      if (child instanceof Y.XmlText) return changeText(child);
      if (random() < 0.2) return child.setAttribute("class", pick(["x", "y"]));
      return changeElements(child);
    }
    if (inner.length && random() < 0.35) return parent.delete(below(inner.length), 1);
    parent.insert(below(parent.length + 1), [random() < 0.5 ? new Y.XmlText("words") : new Y.XmlElement("p")]);
  }

  function act(someone) {
    const { doc, undo } = someone;
    const choice = random();
    if (choice < 0.12) undo.undo();
    else if (choice < 0.18) undo.redo();
    else {
      doc.transact(() => {
        for (let again = 1 + below(3); again > 0; again--)
          change(pick([doc.getText("text"), doc.getText("text"), doc.getArray("rows"), doc.getMap("map"), doc.getXmlFragment("xml")]));
      });
    }
    undo.stopCapturing();
  }

  for (let step = 0; step < steps; step++) {
    const someone = pick(people);
    const choice = random();
    if (choice < 0.6) act(someone);
    else if (choice < 0.8) send(someone);
    else receive(someone);
  }
  // Twice: who hears of formatting may tidy it up, which is an edit again.
  for (let round = 0; round < 2; round++) {
    for (const someone of people) send(someone);
    for (const someone of people) receive(someone);
  }
  return {
    seed,
    log: log.map((update) => Buffer.from(update).toString("hex")),
    text: server.getText("text").toString(),
    // Everything each of them sees at the end, and somebody who was only sent the state.
    seen: [...people.map(({ doc }) => doc), server, reader(Y.encodeStateAsUpdate(server))].map(seen),
  };
}

for (let seed = firstSeed; seed < firstSeed + count; seed++) console.log(JSON.stringify(history(seed)));
