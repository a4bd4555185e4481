// The time, for what is shown relative to it.
import { useEffect, useState } from "react";

/** Milliseconds since 1970, renewed every so often. */
export function useNow(every_ms: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every_ms);
    return () => clearInterval(timer);
  }, [every_ms]);
  return now;
}
