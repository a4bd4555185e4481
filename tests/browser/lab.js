// The collaboration layer without a screen, for tests in a real browser: documents by handle, driven from Python.
import { clearLocalStores, unsavedAnywhere } from "../../web/client/src/collab/drafts";
import { closeDatabase, openDatabase } from "../../web/client/src/collab/database";
import { DocumentSession } from "../../web/client/src/collab/document-session";
import * as values from "../../web/client/src/collab/values";

const sessions = new Map();

const session = (id) => sessions.get(id);

/** Resolves once the session's state meets the condition. */
function until(id, condition) {
  const one = session(id);
  return new Promise((resolve) => {
    const look = () => {
      if (!condition(one.getState(), one)) return;
      stop();
      resolve(one.getState());
    };
    const stop = one.subscribe(look);
    look();
  });
}

/** Resolves once `read` gives what is wanted, looking again at every change of the document. */
function untilDocument(id, read, wanted) {
  return new Promise((resolve) => {
    const look = () => {
      if (JSON.stringify(read(session(id))) !== JSON.stringify(wanted)) return;
      stops.forEach((stop) => stop());
      resolve(true);
    };
    const bind = () => {
      const { doc } = session(id);
      doc.on("afterTransaction", look);
      return () => doc.off("afterTransaction", look);
    };
    const stops = [bind(), session(id).subscribe(() => (stops.push(bind()), look()))];
    look();
  });
}

window.lab = {
  values,
  session,
  until,
  untilDocument,
  clearLocalStores,
  unsavedAnywhere,
  openDatabase,
  closeDatabase,
  open(id, kind = "song") {
    const one = new DocumentSession(id, kind);
    sessions.set(id, one);
    void one.open();
  },
  type(id, path, at, text) {
    const one = session(id);
    one.doc.transact(() => values.textAt(one.doc, path).insert(at, text), EDITOR);
  },
};

/** The origin an editor bound to a text would use. */
const EDITOR = { name: "editor" };
window.lab.EDITOR = EDITOR;
