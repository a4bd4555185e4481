// The Saved chip: always the truth, without flicker.
import { Check, CloudAlert, CloudOff, CloudUpload, Eye, LoaderCircle, PencilLine, type LucideIcon } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "react-aria-components/Button";
import { useDocument } from "../../collab/context";
import { classes } from "../../ui/classes";
import { Popover } from "../../ui/popover";
import { CalmState } from "./calm-state";
import type { SavedState } from "./saved-state";
import "./saved-chip.css";

const ICONS: Record<SavedState["name"], LucideIcon> = {
  opening: LoaderCircle,
  saved: Check,
  // Whoever types saves all the time: nothing turns in the corner of the eye, and no frame is drawn for it.
  saving: CloudUpload,
  slow: CloudAlert,
  typing: PencilLine,
  unfit: CloudAlert,
  waiting: LoaderCircle,
  offline: CloudOff,
  refused: CloudAlert,
  "read-only": Eye,
};

export function SavedChip({ onShowRefusals }: { onShowRefusals: () => void }) {
  const state = useSavedState();
  const Icon = ICONS[state.name];
  const trigger = (
    <Button
      className={classes("saved-chip", `saved-chip--${state.name}`)}
      data-state={state.name}
      {...(state.name === "refused" ? { onPress: onShowRefusals } : {})}
    >
      <Icon size={14} aria-hidden />
      <span className="saved-chip__words">{state.words}</span>
    </Button>
  );
  if (state.name === "refused") return trigger;
  return (
    <Popover trigger={trigger} label="What is saved">
      <p className="saved-chip__sentence">{state.sentence}</p>
    </Popover>
  );
}

/** Reads news about saving aloud: when it stops, when it works again; never each keystroke. */
export function SavedNews() {
  const { name, sentence } = useSavedState();
  const [said, setSaid] = useState("");
  const wasTroubled = useRef(false);
  useEffect(() => {
    const isTroubled = name === "offline" || name === "slow" || name === "refused";
    if (isTroubled && !wasTroubled.current) setSaid(sentence);
    else if (name === "saved" && wasTroubled.current) setSaid("Everything is saved again.");
    if (isTroubled || name === "saved") wasTroubled.current = isTroubled;
  }, [name, sentence]);
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}

/** How the session stands. "Saving" is said at once, "Saved" only when it has been true for a moment. */
function useSavedState(): SavedState {
  const session = useDocument();
  const calm = useMemo(() => new CalmState(session), [session]);
  return useSyncExternalStore(calm.subscribe, calm.get);
}
