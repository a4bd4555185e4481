// Parts of a page whose code loads when they are first shown: nothing stands in their place until then.
import { useState, type ComponentType, type ReactNode } from "react";
import { showLoadFailure, useLoaded, type Load } from "./use-loaded";

/** The part behind `load`. What does not come is said, with a way to try again. */
export function loadedPart<Props extends object>(load: Load<ComponentType<Props>>): ComponentType<Props> {
  return function LoadedPart(props: Props): ReactNode {
    const [isWanted, setIsWanted] = useState(true);
    const Part = useLoaded(isWanted ? load : null, () => {
      setIsWanted(false);
      showLoadFailure(() => setIsWanted(true));
    });
    return Part === null ? null : <Part {...props} />;
  };
}
