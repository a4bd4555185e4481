// Approving and asking for changes: always within reach, on phones under the thumb. What one decided is said here too,
// where it covers nothing: beside it stands the button to merge.
import { Check, MessageSquareWarning, RefreshCw } from "lucide-react";
import type { Verdict } from "../api/branches";
import { bottomBar } from "../ui/bottom-bar";
import { Button } from "../ui/button";
import type { Decision } from "./words-dialog";
import "./decision-bar.css";

export interface DecisionBarProps {
  /** The branch was edited since it was looked at. */
  isBehind: boolean;
  /** What this person decided about the branch as it is now. */
  decided: Verdict["verdict"] | null;
  onDecide: (decision: Decision) => void;
  onCatchUp: () => void;
}

const DECIDED = { approved: "You approved this.", changes_requested: "You asked for changes." } as const;

export function DecisionBar({ isBehind, decided, onDecide, onCatchUp }: DecisionBarProps) {
  return (
    <div className="decision-bar" role="group" aria-label="Your decision" ref={bottomBar}>
      <p className="decision-bar__note" role="status">
        {isBehind ? "Edited since you looked." : decided !== null && DECIDED[decided]}
      </p>
      {isBehind ? (
        <Button tone="primary" icon={<RefreshCw size={15} aria-hidden />} onPress={onCatchUp}>
          Show the newest
        </Button>
      ) : (
        <>
          <Button icon={<MessageSquareWarning size={15} aria-hidden />} onPress={() => onDecide("request_changes")}>
            Request changes
          </Button>
          <Button tone="primary" icon={<Check size={15} aria-hidden />} onPress={() => onDecide("approve")}>
            Approve
          </Button>
        </>
      )}
    </div>
  );
}
