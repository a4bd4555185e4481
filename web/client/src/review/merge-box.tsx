// The end of a review: what stands in the way of merging, a choice for each conflict, and the button.
import { GitMerge, Lock } from "lucide-react";
import { Link } from "wouter";
import { historyAddress } from "../api/addresses";
import type { Branch } from "../api/branches";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { Button } from "../ui/button";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { When } from "../ui/when";
import { counted } from "../ui/words";
import { ConflictCard } from "./conflict-card";
import { gateOf } from "./merge-gate";
import { ALL_PICKED, toggled } from "./merge-picks";
import { PersonChoice } from "./person-choice";
import { useMergeBranch, type MergeNews } from "./use-merge-branch";
import type { Review } from "./use-review";
import "./merge-box.css";

export interface MergeBoxProps {
  branch: Branch;
  review: Review;
  nameOf: (personId: string) => string;
}

export function MergeBox({ branch, review, nameOf }: MergeBoxProps) {
  if (branch.state === "open") return <OpenBox branch={branch} review={review} nameOf={nameOf} />;
  const last = branch.merges.at(-1);
  return (
    <section className="review-card" aria-labelledby="merge-title">
      <h2 id="merge-title" className="review-card__title">
        {branch.state === "merged" ? "Merged" : "Closed"}
      </h2>
      {last !== undefined && branch.state === "merged" ? (
        <p>
          {nameOf(last.by)} merged this <When at={last.at} />.{" "}
          <Link href={historyAddress(branch.kind, branch.document_id)}>See it in the history</Link>
        </p>
      ) : (
        <p className="review-card__note">
          Nothing of it is lost. An editor can open it again to write on, or to merge it.
        </p>
      )}
    </section>
  );
}

function OpenBox({ branch, review, nameOf }: MergeBoxProps) {
  const isWriter = mayWrite(useMe()?.role);
  const { picks, setPicks, preview, offer, wish, nothingPicked, contents } = review;
  const merging = useMergeBranch(branch, () => setPicks(ALL_PICKED));
  const gate = gateOf({ preview: preview.data, picks, nothingPicked, mayMerge: isWriter });
  const { conflicts, people, groups } = offer;
  const taken = groups.filter(({ key }) => !picks.leftOut.has(key)).length;
  const isPart = wish.paths !== null || wish.authors !== null;
  const isReady = gate.isOpen && !preview.isPlaceholderData && !merging.isPending;
  return (
    <section className="review-card" aria-labelledby="merge-title">
      <h2 id="merge-title" className="review-card__title">
        Merge
      </h2>
      {preview.error !== null && <Failure text={preview.error.message} onRetry={() => void preview.refetch()} />}
      {preview.error === null && preview.data === undefined && <Skeleton lines={3} label="Trying the merge" />}
      {conflicts.length > 0 && (
        <div className="merge-box__conflicts">
          <h3>{counted(conflicts.length, "conflict")}</h3>
          {conflicts.map((conflict) => (
            <ConflictCard
              key={conflict.path}
              kind={branch.kind}
              conflict={conflict}
              contents={[contents.after, contents.before]}
              authorOf={review.authorOf}
              choice={picks.choices.get(conflict.path) ?? conflict.choice}
              onChoose={
                isWriter
                  ? (choice) => setPicks({ ...picks, choices: new Map([...picks.choices, [conflict.path, choice]]) })
                  : null
              }
            />
          ))}
        </div>
      )}
      {isWriter && people.length > 1 && (
        <fieldset className="merge-box__people">
          <legend className="field__label">Whose changes</legend>
          {people.map((id) => (
            <PersonChoice
              key={id}
              name={nameOf(id)}
              colour={review.authorOf(id).colour}
              isSelected={!picks.without.has(id)}
              onChange={(isOn) => setPicks({ ...picks, without: toggled(picks.without, id, !isOn) })}
            />
          ))}
        </fieldset>
      )}
      {isPart && groups.length > 0 && (
        <p className="review-card__note">
          {taken} of {counted(groups.length, "part")} picked. The branch stays open for the rest.
        </p>
      )}
      {gate.reasons.length > 0 && (
        <ul className="merge-box__reasons" aria-label="Why it cannot be merged yet">
          {gate.reasons.map((reason) => (
            <li key={reason}>
              <Lock size={14} aria-hidden />
              {reason}
            </li>
          ))}
        </ul>
      )}
      <News news={merging.news} />
      {isWriter && (
        <Button
          tone="primary"
          className="review-card__wide"
          icon={<GitMerge size={16} aria-hidden />}
          isDisabled={!isReady}
          isPending={merging.isPending}
          onPress={() => {
            if (preview.data !== undefined) merging.run(wish, preview.data);
          }}
        >
          {gate.reasons.length > 0 ? "Merge: blocked" : isPart ? "Merge what is picked" : "Merge"}
        </Button>
      )}
    </section>
  );
}

/** What became of merging, above the button that will be pressed again: a toast would lie on it. */
function News({ news }: { news: MergeNews | null }) {
  const history = news?.history ?? null;
  return (
    <p className="review-card__note" role="status">
      {news?.text}
      {history !== null && (
        <>
          {" "}
          <Link href={history}>See the history</Link>
        </>
      )}
    </p>
  );
}
