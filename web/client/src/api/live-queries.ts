// Keeps what is on screen true: an event of the log makes the answers it concerns old.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useLogEvents, type Topic } from "./log-events";

/** Lists are a moment behind the log: soon enough for most, and once more for what came late. */
const ASK_AFTER_MS = [150, 1500];

/** The first word of query keys, by the first word of topics. */
const CONCERNS: Record<string, readonly string[]> = {
  document: ["documents"],
  job: ["jobs"],
  take: ["takes"],
  member: ["members", "me", "sessions"],
  token: ["tokens", "members"],
};

/** What every page follows. Edits come many a second: only a list of documents asks for those. */
const EVERYWHERE: readonly Topic[] = [
  "document.created",
  "document.trashed",
  "document.restored",
  "job.requested",
  "job.started",
  "job.completed",
  "job.failed",
  "job.cancelled",
  "take.completed",
  "take.deleted",
  "take.restored",
  "member.invited",
  "member.joined",
  "member.role_changed",
  "member.removed",
  "member.signed_out",
  "token.issued",
  "token.revoked",
];

/** Follows the log for as long as somebody is signed in; `also`: more topics, for a page that shows more. */
export function useLiveQueries(also: readonly Topic[] = []): void {
  const client = useQueryClient();
  const soon = useMemo(
    () => new Soon((words) => words.forEach((word) => void client.invalidateQueries({ queryKey: [word] }))),
    [client],
  );
  useEffect(() => () => soon.stop(), [soon]);
  useLogEvents(
    { topics: also.length === 0 ? EVERYWHERE : also },
    ({ topic }) => soon.add(concernsOf(topic)),
    () => soon.add(Object.values(CONCERNS).flat()),
  );
}

/** The first words of the query keys that an event makes old. */
export function concernsOf(topic: string): readonly string[] {
  return CONCERNS[topic.split(".")[0] ?? ""] ?? [];
}

/** Gathers words, and hands them on a moment later, together; however many come, twice per moment at most. */
export class Soon {
  private readonly gathered: Set<string>[] = ASK_AFTER_MS.map(() => new Set());
  private readonly timers: (ReturnType<typeof setTimeout> | undefined)[] = ASK_AFTER_MS.map(() => undefined);

  constructor(private readonly onWords: (words: readonly string[]) => void) {}

  add(words: readonly string[]): void {
    ASK_AFTER_MS.forEach((delay, index) => {
      const gathered = this.gathered[index];
      if (gathered === undefined) return;
      words.forEach((word) => gathered.add(word));
      this.timers[index] ??= setTimeout(() => {
        this.timers[index] = undefined;
        const ready = [...gathered];
        gathered.clear();
        this.onWords(ready);
      }, delay);
    });
  }

  stop(): void {
    this.timers.forEach((timer) => clearTimeout(timer));
  }
}
