// Grey shapes where something will be, shown only when it takes longer than people notice.
import { useEffect, useState } from "react";
import "./skeleton.css";

/** Milliseconds before a skeleton shows: what is faster needs none. */
const SHOWS_AFTER_MS = 300;

export function Skeleton({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SHOWS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isShown) return null;
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="skeleton__line" />
      ))}
    </div>
  );
}
