// A person as a coloured disc with initials. The colour is a number the server gave; the name says who it is.
import { classes } from "./classes";
import "./avatar.css";

/** Numbers that tokens.css has colours for. */
const PERSON_COLOURS = 8;

export interface AvatarProps {
  name: string;
  /** What is said of them, where that is more than their name. */
  label?: string;
  /** The number of their colour; null: nobody known. */
  colour: number | null;
  size?: "small" | "medium";
  className?: string;
}

export function Avatar({ name, label = name, colour, size = "medium", className }: AvatarProps) {
  return (
    <span
      className={classes("avatar", `avatar--${size}`, className)}
      style={{ background: personColour(colour) }}
      role="img"
      aria-label={label}
      // Drawn by the style sheet: they are a picture of the name, not a text beside it.
      data-initials={initialsOf(name)}
    />
  );
}

/** The colour that a person's number means, as a CSS value. */
export function personColour(colour: number | null): string {
  return colour === null
    ? "var(--person-away)"
    : `var(--person-${((colour % PERSON_COLOURS) + PERSON_COLOURS) % PERSON_COLOURS})`;
}

/** "Mina Okafor" becomes "MO", "kai" becomes "K"; emoji and CJK stay whole characters. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => firstCharacterOf(word ?? "")).join("") || "?";
}

function firstCharacterOf(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment.toLocaleUpperCase() ?? "";
}
