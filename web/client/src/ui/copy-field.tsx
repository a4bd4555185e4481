// A text to take along, such as a link that is shown once: visible as a whole, selected by a click, copied by a button.
import { Check, Copy } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "./button";
import { copyText } from "./copy-text";
import "./copy-field.css";
import "./field.css";

const COPIED_SHOWN_MS = 2500;

export function CopyField({ label, text }: { label: string; text: string }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = async () => {
    const isCopied = await copyText(text);
    // Selected last: where pages may not copy, the keys still work.
    input.current?.select();
    setState(isCopied ? "copied" : "refused");
    if (isCopied) setTimeout(() => setState("idle"), COPIED_SHOWN_MS);
  };
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      <div className="copy-field">
        <input
          id={id}
          ref={input}
          className="field__input copy-field__text"
          readOnly
          value={text}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button
          tone="primary"
          icon={state === "copied" ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          onPress={() => void copy()}
        >
          {state === "copied" ? "Copied" : "Copy"}
        </Button>
      </div>
      <p className="field__help" role="status">
        {state === "refused" && "This browser does not let the page copy. The text is selected: copy it by keys."}
        <span className="visually-hidden">{state === "copied" && "Copied."}</span>
      </p>
    </div>
  );
}
