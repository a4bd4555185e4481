// A text has an end: what would go over it is kept out before it is shared, and said.
import { EditorState, type Extension } from "@codemirror/state";
import { ySyncAnnotation } from "y-codemirror.next";

/** Keeps edits out that make a text longer than `charsMax` UTF-16 units. What comes from others is always shown. */
export function lengthLimit(charsMax: number, onTooLong: (over: number | null) => void): Extension {
  let wasTooLong = false;
  return EditorState.transactionFilter.of((transaction) => {
    if (!transaction.docChanged || transaction.annotation(ySyncAnnotation) !== undefined) return transaction;
    const length = transaction.newDoc.length;
    const isTooLong = length > charsMax && length > transaction.startState.doc.length;
    // The filter runs while an edit is made; who shows the message hears of it right after.
    if (isTooLong || wasTooLong) queueMicrotask(() => onTooLong(isTooLong ? length - charsMax : null));
    wasTooLong = isTooLong;
    return isTooLong ? [] : transaction;
  });
}
