// What is being typed in fields of a document and not shared yet: counted, so that nobody is told it is saved.

/** Something typed that only this page has. */
export interface OpenDraft {
  /** Its field, as a JSON Pointer. */
  readonly place: string;
  /** Whether it would be shared if its field were left now. */
  readonly isSound: boolean;
}

/** The drafts of one document in this tab. */
export class OpenDrafts {
  /** Oldest first; the same array until one comes, goes or becomes sound or unsound: never news for each key. */
  list: readonly OpenDraft[] = [];
  readonly #drafts = new Map<object, OpenDraft>();

  constructor(private readonly onChange: () => void) {}

  /** Counts the draft of an owner, or says anew what there is to say of it. */
  put(owner: object, draft: OpenDraft): void {
    this.#drafts.set(owner, draft);
    this.#changed();
  }

  /** The owner has no draft any more. */
  drop(owner: object): void {
    if (this.#drafts.delete(owner)) this.#changed();
  }

  #changed(): void {
    this.list = [...this.#drafts.values()];
    this.onChange();
  }
}
