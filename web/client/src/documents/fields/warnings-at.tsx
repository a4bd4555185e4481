// Warnings beside what they concern.
import { TriangleAlert } from "lucide-react";
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from "react";
import { useDocument } from "../../collab/context";
import { pointerTo, type Path } from "../../collab/path";
import { WarningStore } from "./warnings";
import "./warnings-at.css";

const WarningsContext = createContext<WarningStore | null>(null);

/** Around fields with no room for a sentence: their warnings stand nearby. */
export const WarnedNearby = createContext(false);

/** Looks through the document around, for every WarningsAt below. */
export function WarningsProvider({ children }: { children: ReactNode }) {
  const session = useDocument();
  const store = useMemo(() => new WarningStore(session), [session]);
  useEffect(() => store.follow(), [store]);
  return <WarningsContext value={store}>{children}</WarningsContext>;
}

/** What there is to look at in one place; nothing when all is well. */
export function WarningsAt({ path }: { path: Path }) {
  const warnings = useWarnings(path);
  if (warnings.length === 0) return null;
  return (
    <ul className="warnings-at">
      {warnings.map((sentence) => (
        <li key={sentence}>
          <TriangleAlert size={14} aria-hidden />
          <span>
            <span className="visually-hidden">Warning: </span>
            {sentence}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The warnings at one place. */
function useWarnings(path: Path): readonly string[] {
  const store = useContext(WarningsContext);
  const place = pointerTo(path);
  return useSyncExternalStore(store?.subscribe ?? neverChanges, () => store?.at(place) ?? NONE);
}

const NONE: readonly string[] = [];

function neverChanges(): () => void {
  return () => undefined;
}
