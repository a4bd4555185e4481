// What a review page knows: the branch, what changed on it as far as one has looked, what merging it would do now.
import { useIsMutating, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { branchKeys, type Branch } from "../api/branches";
import type { MergeWish } from "../branches/branch-requests";
import { useLogEvents } from "../api/log-events";
import { usePeople } from "../api/use-people";
import { groupsOf } from "../history/change-groups";
import { peopleIn } from "../history/changes-view";
import { diffQuery, stateQuery, type Change, type Content } from "../history/requests";
import { ALL_PICKED, wishOf, type MergePicks, type Offer } from "./merge-picks";
import { previewQuery } from "./requests";

/** Milliseconds in which edits are gathered before they are asked about: people type many a second. */
const GATHER_MS = 800;
const NO_CHANGES: readonly Change[] = [];
const NOTHING: Content = {};
const EVERYTHING: MergeWish = { paths: null, authors: null, choices: [] };

export type Review = ReturnType<typeof useReview>;

function useReviewData(branch: Branch) {
  const { id, content_id: contentId, kind } = branch;
  // What a reviewer reads stays as it is until they ask for the newest: nothing is approved that was not looked at.
  const [seen, setSeen] = useState(branch.head_position);
  // The branch's history goes on from the document's: the fork is a position of both.
  const diff = useQuery(diffQuery(contentId, branch.position, seen));
  const before = useQuery(stateQuery(contentId, branch.position)).data as Content | undefined;
  const after = useQuery(stateQuery(contentId, seen)).data as Content | undefined;
  const changes = diff.data?.changes ?? NO_CHANGES;
  const contents = useMemo(() => ({ before: before ?? NOTHING, after: after ?? NOTHING }), [before, after]);
  const groups = useMemo(() => groupsOf(kind, changes, contents.before, contents.after), [kind, changes, contents]);
  const people = useMemo(() => peopleIn(changes), [changes]);
  useBranchNews(branch);
  return {
    id,
    groups,
    people,
    contents,
    seen,
    isPending: diff.data === undefined || before === undefined || after === undefined,
    error: diff.error,
    retry: () => void diff.refetch(),
    isBehind: branch.head_position > seen,
    catchUp: () => setSeen(branch.head_position),
    authorOf: usePeople(),
  };
}

export function useReview(branch: Branch) {
  const data = useReviewData(branch);
  const [picks, setPicks] = useState<MergePicks>(ALL_PICKED);
  const merging = useMergePreview(branch, data, picks);
  return { ...data, ...merging, picks, setPicks };
}

/** What there is to choose and to pick from, and what the picks would do: up to three answers, mostly the same one. */
function useMergePreview(branch: Branch, data: ReturnType<typeof useReviewData>, picks: MergePicks) {
  const isMerging = useIsMutating({ mutationKey: branchKeys.merging(branch.id) }) > 0;
  const isOpen = branch.state === "open" && !isMerging;
  const bare = useQuery({ ...previewQuery(branch.id, EVERYTHING), enabled: isOpen });
  const choices = useMemo(
    () => wishOf(picks, { groups: [], conflicts: bare.data?.conflicts ?? [], people: [] }).choices,
    [bare.data, picks],
  );
  const all = useQuery({ ...previewQuery(branch.id, { ...EVERYTHING, choices }), enabled: isOpen });
  const offer = useMemo((): Offer => {
    const groups = groupsOf(branch.kind, all.data?.changes ?? NO_CHANGES, data.contents.before, data.contents.after);
    return { groups, conflicts: all.data?.conflicts ?? [], people: data.people };
  }, [branch.kind, all.data, data.contents, data.people]);
  const wish = useMemo(() => wishOf(picks, offer), [picks, offer]);
  const isPart = wish.paths !== null || wish.authors !== null;
  const nothingPicked = wish.paths?.length === 0 || wish.authors?.length === 0;
  const picked = useQuery({ ...previewQuery(branch.id, wish), enabled: isOpen && isPart && !nothingPicked });
  return { offer, wish, preview: isPart ? picked : all, nothingPicked };
}

/** An edit on the branch or in the document makes what merging would do another thing, and approvals fall. */
function useBranchNews({ id, document_id: documentId, content_id: contentId }: Branch): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: branchKeys.one(id) });
      void client.invalidateQueries({ queryKey: branchKeys.previews(id) });
    }, GATHER_MS);
  };
  useLogEvents(
    { topics: ["document.updated"] },
    ({ stream_id }) => {
      if (stream_id === documentId || stream_id === contentId) look();
    },
    look,
  );
  useEffect(() => () => clearTimeout(timer.current), []);
}
