// What may wait until the page itself stands.
import { useEffect, useState } from "react";

/** Milliseconds a page has for itself first. */
const LATER_MS = 250;

/** False at first, true a moment later. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), LATER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLater;
}
