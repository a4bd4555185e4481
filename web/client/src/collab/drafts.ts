// Words the studio would not take, kept in this browser until their author has decided about them; and signing out.
import {
  BY_DOCUMENT,
  DRAFTS,
  openDatabase,
  resultOf,
  stored,
  STORES,
  UPDATES,
  type DraftRecord,
  type StoreRecord,
} from "./database";
import { rememberPerson } from "./identity";
import { countKeptWords, forgetKeptWords } from "./kept-words";
import { noteOpenStores, type Whose } from "./local-store";
import { tellTabs } from "./tabs";
import { unsavedHere, unsavedOnlyHere } from "./unsaved-here";

/** The drafts of one person and document, oldest first; none where the browser keeps nothing. */
export async function draftsOf({
  personId,
  documentId,
}: Pick<Whose, "personId" | "documentId">): Promise<DraftRecord[]> {
  try {
    const database = await openDatabase();
    const index = database.transaction([DRAFTS], "readonly").objectStore(DRAFTS).index(BY_DOCUMENT);
    const drafts = (await resultOf(index.getAll(IDBKeyRange.only([personId, documentId])))) as DraftRecord[];
    return drafts.sort((one, two) => one.atMs - two.atMs);
  } catch {
    return [];
  }
}

/** Forgets a draft. */
export async function removeDraft(draftId: string): Promise<void> {
  try {
    const transaction = (await openDatabase()).transaction([DRAFTS], "readwrite");
    transaction.objectStore(DRAFTS).delete(draftId);
    await stored(transaction);
  } catch {
    // Nothing is kept here, so there is nothing to forget.
  }
}

/** How many edits and drafts of whomever are in this browser and nowhere else: kept by it, or only in this tab. */
export async function unsavedAnywhere(): Promise<number> {
  try {
    await noteOpenStores();
    const transaction = (await openDatabase()).transaction([STORES, DRAFTS], "readonly");
    const stores = resultOf(transaction.objectStore(STORES).getAll()) as Promise<StoreRecord[]>;
    const drafts = resultOf(transaction.objectStore(DRAFTS).count());
    return (await stores).reduce(
      (sum, store) => sum + store.unsaved,
      (await drafts) + unsavedOnlyHere() + countKeptWords(),
    );
  } catch {
    return unsavedHere() + countKeptWords();
  }
}

/**
 * Deletes everything kept in this browser, for signing out. Other tabs stop showing and keeping documents.
 *
 * What `unsavedAnywhere` counted is lost: say so before. Rejects when the browser would not delete it.
 */
export async function clearLocalStores(): Promise<void> {
  tellTabs({ type: "signed-out" });
  rememberPerson(null);
  forgetKeptWords();
  // Where it cannot be opened, nothing was ever kept.
  const database = await openDatabase().catch(() => null);
  if (!database) return;
  const transaction = database.transaction([STORES, UPDATES, DRAFTS], "readwrite");
  for (const name of [STORES, UPDATES, DRAFTS]) transaction.objectStore(name).clear();
  await stored(transaction);
}
