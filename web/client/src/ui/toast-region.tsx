// Where toasts appear: read aloud, and staying while somebody is at them.
import { X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { Button, IconButton } from "./button";
import { toasts } from "./toasts";
import "./toast-region.css";

export function ToastRegion() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.getSnapshot);
  return (
    <section
      className="toasts"
      aria-label="News"
      // No alerts inside: they would be read twice.
      aria-live="polite"
      aria-relevant="additions"
      // A finger that was lifted points at nothing, whatever appears where it was.
      onPointerEnter={({ pointerType }) => {
        if (pointerType === "mouse" && !matchMedia("(hover: none)").matches) toasts.hold(true);
      }}
      onPointerLeave={() => toasts.hold(false)}
      onFocus={() => toasts.hold(true)}
      onBlur={(event) => toasts.hold(event.currentTarget.contains(event.relatedTarget))}
    >
      {shown.map((toast) => (
        <div key={toast.id} className={`toast toast--${toast.tone}`}>
          <p className="toast__text">
            {toast.text}
            {toast.detail !== undefined && <small className="toast__detail">{toast.detail}</small>}
          </p>
          {toast.action !== undefined && (
            <Button
              size="small"
              onPress={() => {
                toast.action?.onAction();
                toasts.close(toast.id);
              }}
            >
              {toast.action.name}
            </Button>
          )}
          <IconButton
            label="Dismiss"
            size="small"
            icon={<X size={16} aria-hidden />}
            onPress={() => toasts.close(toast.id)}
          />
        </div>
      ))}
    </section>
  );
}
