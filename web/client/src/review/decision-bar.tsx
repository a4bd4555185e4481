// Approving and asking for changes: always within reach, on phones under the thumb.
import { Check, MessageSquareWarning, RefreshCw } from "lucide-react";
import { bottomBar } from "../ui/bottom-bar";
import { Button } from "../ui/button";
import type { Decision } from "./words-dialog";
import "./decision-bar.css";

export interface DecisionBarProps {
  /** The branch was edited since it was looked at. */
  isBehind: boolean;
  onDecide: (decision: Decision) => void;
  onCatchUp: () => void;
}

export function DecisionBar({ isBehind, onDecide, onCatchUp }: DecisionBarProps) {
  return (
    <div className="decision-bar" role="group" aria-label="Your decision" ref={bottomBar}>
      {isBehind ? (
        <>
          <p className="decision-bar__note">Edited since you looked.</p>
          <Button tone="primary" icon={<RefreshCw size={15} aria-hidden />} onPress={onCatchUp}>
            Show the newest
          </Button>
        </>
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
