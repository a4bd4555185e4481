// On or off.
import type { ReactNode } from "react";
import { SwitchButton, SwitchField, type SwitchFieldProps } from "react-aria-components/Switch";
import "./switch.css";

export interface SwitchProps extends Omit<SwitchFieldProps, "className" | "style" | "children"> {
  children: ReactNode;
}

export function Switch({ children, ...rest }: SwitchProps) {
  return (
    <SwitchField {...rest}>
      <SwitchButton className="switch">
        <span className="switch__track" aria-hidden>
          <span className="switch__thumb" />
        </span>
        {children}
      </SwitchButton>
    </SwitchField>
  );
}
