// Buttons: with words, or an icon with a name for those who do not see it.
import type { ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import { classes } from "./classes";
import { Tooltip, TooltipTrigger } from "./tooltip";
import "./button.css";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  tone?: ButtonTone;
  size?: "small" | "medium";
  icon?: ReactNode;
  children: ReactNode;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A button with words, and an icon before them if one helps. */
export function Button({ tone = "plain", size = "medium", icon, children, className, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={classes("button", `button--${tone}`, `button--${size}`, className)}>
      {icon}
      <span className="button__words">{children}</span>
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children" | "aria-label"> {
  /** What the button does: read aloud, and shown as a tooltip. */
  label: string;
  /** The keys that do the same, shown in the tooltip. */
  keys?: string;
  icon: ReactNode;
  tone?: ButtonTone;
  size?: "small" | "medium";
  className?: string;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that shows only an icon. */
export function IconButton({
  label,
  keys,
  icon,
  tone = "quiet",
  size = "medium",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <TooltipTrigger>
      <AriaButton
        {...rest}
        aria-label={label}
        className={classes("button", "button--icon", `button--${tone}`, `button--${size}`, className)}
      >
        {icon}
      </AriaButton>
      <Tooltip {...(keys === undefined ? {} : { keys })}>{label}</Tooltip>
    </TooltipTrigger>
  );
}
