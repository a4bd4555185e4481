// Where toasts appear: read aloud, within reach of the keyboard, and staying while somebody is at them.
import { BellDot, X } from "lucide-react";
import { useLayoutEffect, useRef, useSyncExternalStore, type FocusEvent, type KeyboardEvent } from "react";
import { useActions } from "./actions";
import { Button, IconButton } from "./button";
import { toasts, type ShownToast } from "./toasts";
import "./toast-region.css";

export function ToastRegion() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.getSnapshot);
  const region = useRef<HTMLElement>(null);
  const cameFrom = useRef<HTMLElement | null>(null);
  const hadFocus = useRef(false);
  useActions([
    {
      id: "news",
      name: "Go to the newest message",
      group: "Everywhere",
      keys: "F8",
      evenInText: true,
      icon: <BellDot aria-hidden />,
      isDisabled: shown.length === 0,
      run: () => region.current?.querySelector<HTMLElement>(".toast:last-child button")?.focus(),
    },
  ]);
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    toasts.hold(true);
    hadFocus.current = true;
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
      cameFrom.current = relatedTarget;
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    hadFocus.current = currentTarget.contains(relatedTarget);
    toasts.hold(hadFocus.current);
  };
  // A button goes with its toast, without a blur: one goes on where one was before, and the others may go.
  const leadBack = () => {
    hadFocus.current = false;
    cameFrom.current?.focus({ preventScroll: true });
    toasts.hold(region.current?.matches(":hover") === true);
  };
  const close = (toast: ShownToast) => {
    const isHere = region.current?.contains(document.activeElement) === true;
    toasts.close(toast.id);
    if (isHere) leadBack();
  };
  // Those that go by themselves may have the focus, too.
  useLayoutEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) leadBack();
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = (event.target as HTMLElement).closest<HTMLElement>("[data-toast]")?.dataset["toast"];
    const toast = shown.find(({ id }) => String(id) === at);
    if (event.key !== "Escape" || toast === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    close(toast);
  };
  return (
    <section
      ref={region}
      className="toasts"
      aria-label="News"
      // No alerts inside: they would be read twice.
      aria-live="polite"
      aria-relevant="additions"
      // A finger that was lifted points at nothing, whatever appears where it was.
      onPointerEnter={({ pointerType }) => {
        if (pointerType === "mouse" && !matchMedia("(hover: none)").matches) toasts.hold(true);
      }}
      // Who has the focus there is still at them.
      onPointerLeave={({ currentTarget }) => toasts.hold(currentTarget.contains(document.activeElement))}
      onFocus={onFocus}
      onBlur={onBlur}
      // Before its buttons, which keep keys to themselves.
      onKeyDownCapture={onKeyDown}
    >
      {shown.map((toast) => (
        <div key={toast.id} data-toast={toast.id} className={`toast toast--${toast.tone}`}>
          <p className="toast__text">
            {toast.text}
            {toast.detail !== undefined && <small className="toast__detail">{toast.detail}</small>}
          </p>
          {toast.action !== undefined && (
            <Button
              size="small"
              onPress={() => {
                // The second press of a double click may come before the toast is drawn as gone.
                if (!toasts.getSnapshot().includes(toast)) return;
                close(toast);
                toast.action?.onAction();
              }}
            >
              {toast.action.name}
            </Button>
          )}
          <IconButton label="Dismiss" size="small" icon={<X size={16} aria-hidden />} onPress={() => close(toast)} />
        </div>
      ))}
    </section>
  );
}
