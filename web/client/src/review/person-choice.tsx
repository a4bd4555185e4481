// A person one may tick, told apart by their disc from others of the same name.
import type { ReactNode } from "react";
import { Avatar } from "../ui/avatar";
import { Checkbox } from "../ui/checkbox";

export interface PersonChoiceProps {
  name: string;
  colour: number | null;
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  /** What is said after the name. */
  children?: ReactNode;
}

export function PersonChoice({ name, colour, isSelected, onChange, children }: PersonChoiceProps) {
  return (
    <Checkbox isSelected={isSelected} onChange={onChange}>
      {/* The name stands beside it already. */}
      <span aria-hidden>
        <Avatar name={name} colour={colour} size="small" />
      </span>
      {name} {children}
    </Checkbox>
  );
}
