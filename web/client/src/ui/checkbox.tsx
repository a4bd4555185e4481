// A box to tick, with words beside it or a name for those who do not see what it belongs to.
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { CheckboxButton, CheckboxField, type CheckboxFieldProps } from "react-aria-components/Checkbox";
import "./checkbox.css";

export interface CheckboxProps extends Omit<CheckboxFieldProps, "className" | "style" | "children"> {
  /** What it is about, where no words stand beside it. */
  label?: string;
  children?: ReactNode;
}

export function Checkbox({ label, children, ...rest }: CheckboxProps) {
  return (
    <CheckboxField {...rest} {...(label === undefined ? {} : { "aria-label": label })}>
      <CheckboxButton className="checkbox">
        {({ isSelected }) => (
          <>
            <span className="checkbox__box" aria-hidden>
              {isSelected && <Check size={14} strokeWidth={3} />}
            </span>
            {children}
          </>
        )}
      </CheckboxButton>
    </CheckboxField>
  );
}
