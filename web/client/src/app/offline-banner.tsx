// Says that the studio cannot be reached, on pages that only read. Editors say it themselves, with what is kept.
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { reachability } from "../api/reachability";

export function OfflineBanner() {
  const isReachable = useSyncExternalStore(reachability.subscribe, reachability.getSnapshot);
  return (
    <div role="status">
      {!isReachable && (
        <p className="offline">
          <WifiOff size={16} aria-hidden />
          The studio cannot be reached. What you see may be old; it comes back by itself.
        </p>
      )}
    </div>
  );
}
