// Keeps what is on screen true: an event of the log makes the answers it concerns old.
import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { branchKeys } from "./branches";
import { TOPICS, useLogEvents, type Topic } from "./log-events";
import { keys } from "./queries";

/**
 * When answers are asked for again after an event, in milliseconds. Lists are a moment behind the log, longer while the
 * studio is busy, and nothing tells when they have caught up: so a few times, ever later.
 */
export const ASK_AFTER_MS = [300, 1500, 5000, 15_000];
/** The same after edits, which come many a second and change little of a list. */
const ASK_AFTER_EDITS_MS = [2500, 6000, 15_000];
/** What was read while the page loaded is fresh; only what was late then is worth another look. */
const FRESH_MS = 1500;

/** How query keys begin, by the first word of topics. */
const CONCERNS: Record<string, readonly QueryKey[]> = {
  document: [keys.documents],
  branch: [branchKeys.all, keys.inbox],
  comment: [keys.comments, keys.inbox],
  job: [["jobs"]],
  take: [["takes"]],
  member: [keys.members, ["me"], keys.sessions],
  token: [keys.tokens, keys.members],
};

export const EDITS: readonly Topic[] = ["document.updated"];

/** What not every page follows: edits come many a second, the rest is news to one page that listens itself. */
const ELSEWHERE: ReadonlySet<Topic> = new Set<Topic>([
  "document.updated",
  "version.named",
  "version.removed",
  "job.progressed",
  "job.retry_scheduled",
  "job.cancel_requested",
  "job.interrupted",
]);

export const EVERYWHERE: readonly Topic[] = TOPICS.filter((topic) => !ELSEWHERE.has(topic));

/** Follows the log for as long as somebody is signed in. */
export function useLiveQueries(): void {
  useFollowed(EVERYWHERE, ASK_AFTER_MS);
}

/** Follows edits too, for pages that list documents. */
export function useLiveEdits(): void {
  useFollowed(EDITS, ASK_AFTER_EDITS_MS);
}

function useFollowed(topics: readonly Topic[], delaysMs: readonly number[]): void {
  const client = useQueryClient();
  const soon = useMemo(
    () =>
      new Soon(delaysMs, (subjects) => {
        // An answer on its way is waited for: asked anew each time, a slow one would never arrive while somebody types.
        for (const queryKey of new Set(subjects.flatMap(concernsOf)))
          void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
      }),
    [client, delaysMs],
  );
  useEffect(() => () => soon.stop(), [soon]);
  useLogEvents(
    { topics },
    ({ topic }) => soon.add([topic]),
    () => soon.add(topics, FRESH_MS),
  );
}

/** How the query keys begin that an event makes old. */
export function concernsOf(topic: string): readonly QueryKey[] {
  return CONCERNS[topic.split(".")[0] ?? ""] ?? [];
}

/** Gathers topics, and hands them on together after each of the delays; however many come, once per delay. */
export class Soon {
  private readonly slots: { delayMs: number; topics: Set<string>; timer?: ReturnType<typeof setTimeout> }[];

  constructor(
    delaysMs: readonly number[],
    private readonly onTopics: (topics: readonly string[]) => unknown,
  ) {
    this.slots = delaysMs.map((delayMs) => ({ delayMs, topics: new Set() }));
  }

  /** Only delays from `fromMs` on. */
  add(topics: readonly string[], fromMs = 0): void {
    for (const slot of this.slots) {
      if (slot.delayMs < fromMs) continue;
      topics.forEach((word) => slot.topics.add(word));
      slot.timer ??= setTimeout(() => {
        delete slot.timer;
        const ready = [...slot.topics];
        slot.topics.clear();
        this.onTopics(ready);
      }, slot.delayMs);
    }
  }

  /** Forgets what was gathered. What is added afterwards counts again. */
  stop(): void {
    for (const slot of this.slots) {
      clearTimeout(slot.timer);
      delete slot.timer;
      slot.topics.clear();
    }
  }
}
