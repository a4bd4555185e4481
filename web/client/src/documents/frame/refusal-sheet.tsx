// What the studio did not accept: where, why, and the text itself, given back to whoever wrote it.
import { Copy } from "lucide-react";
import { useDocument, useSessionPart } from "../../collab/context";
import type { Refusal } from "../../collab/document-session";
import { Button } from "../../ui/button";
import { copyText } from "../../ui/copy-text";
import { Dialog } from "../../ui/dialog";
import { DATES } from "../../ui/moments";
import { MAIN_ID } from "../../ui/page";
import { useLeadOn } from "../../ui/use-lead-on";
import { toasts } from "../../ui/toasts";
import { capitalised } from "../../ui/words";
import { placeName } from "./place-name";
import "./refusal-sheet.css";

export function RefusalSheet({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const session = useDocument();
  const refusals = useSessionPart("refusals");
  // Not to "Discard": a second press would throw away the next one unseen.
  const leadOn = useLeadOn((row) => row?.querySelector("button") ?? document.getElementById(MAIN_ID));
  const discard = (id: string) => {
    const refusal = session.takeBack(id);
    if (refusal) {
      const bringBack = () => session.putBack(refusal);
      toasts.show({
        tone: "plain",
        text: "Your text is discarded.",
        // Nowhere else can it be taken back.
        stays: true,
        action: { name: "Undo", onAction: bringBack },
      });
    }
    if (refusals.length <= 1) onClose();
  };
  return (
    <Dialog
      title="Not accepted"
      isOpen={isOpen && refusals.length > 0}
      onClose={onClose}
      width="wide"
      actions={<Button onPress={onClose}>Keep it for later</Button>}
    >
      <p className="refusal-sheet__lead">
        These edits could not be taken into the document; each says why. Everything else you wrote is saved. Copy what
        you need, then discard it.
      </p>
      <ul className="refusal-sheet__list" {...leadOn}>
        {refusals.map((refusal) => (
          <Item key={refusal.id} refusal={refusal} onDiscard={() => discard(refusal.id)} />
        ))}
      </ul>
    </Dialog>
  );
}

function Item({ refusal, onDiscard }: { refusal: Refusal; onDiscard: () => void }) {
  const { doc, kind } = useDocument();
  const where = refusal.path === "" ? "The edit as a whole" : capitalised(placeName(doc, kind, refusal.path));
  const copy = async () => {
    const isCopied = await copyText(refusal.changes.map((change) => asText(change.mine)).join("\n\n"));
    toasts.show(
      isCopied
        ? { tone: "success", text: "Your text is copied." }
        : { tone: "danger", text: "The browser did not allow copying. Select the text and copy it by hand." },
    );
  };
  return (
    <li className="refusal-sheet__item">
      <h3>{where}</h3>
      <p className="refusal-sheet__reason">
        {sentence(refusal.reason)} <span className="refusal-sheet__when">{whenOf(refusal.at, new Date())}</span>
      </p>
      {refusal.changes.map((change) => (
        <figure key={change.path} className="refusal-sheet__change">
          <figcaption>{capitalised(placeName(doc, kind, change.path))}</figcaption>
          <textarea
            readOnly
            dir="auto"
            rows={Math.min(10, asText(change.mine).split("\n").length + 1)}
            aria-label={`My text for ${placeName(doc, kind, change.path)}`}
            value={asText(change.mine) || "(empty)"}
          />
        </figure>
      ))}
      <div className="refusal-sheet__actions">
        <Button size="small" icon={<Copy size={14} aria-hidden />} onPress={() => void copy()}>
          Copy
        </Button>
        <Button size="small" tone="danger" onPress={onDiscard}>
          Discard
        </Button>
      </div>
    </li>
  );
}

/** The time; of another day with its date. */
function whenOf(at: Date, now: Date): string {
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  if (at.toDateString() === now.toDateString()) return at.toLocaleTimeString(DATES, time);
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return at.toLocaleString(DATES, { day: "numeric", month: "short", ...year, ...time });
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** A reason of the studio ("must be ...") as a sentence. */
function sentence(reason: string): string {
  const text = /^(must|has|is|got|says)\b/.test(reason) ? `It ${reason}` : capitalised(reason);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
