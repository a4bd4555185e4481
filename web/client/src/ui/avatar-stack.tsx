// Several people in little room: the first few as discs, the others as a number, all of them by name.
import { Avatar } from "./avatar";
import "./avatar-stack.css";

export interface AvatarStackProps {
  people: readonly { id: string; name: string; colour: number | null }[];
  shown?: number;
  size?: "small" | "medium";
  /** What they have in common, read before their names: "Here now". */
  label: string;
}

export function AvatarStack({ people, shown = 3, size = "medium", label }: AvatarStackProps) {
  if (people.length === 0) return null;
  const names = people.map(({ name }) => name).join(", ");
  const more = people.length - shown;
  return (
    <span className="avatar-stack" role="img" aria-label={`${label}: ${names}`} title={`${label}: ${names}`}>
      {people.slice(0, shown).map(({ id, name, colour }) => (
        <span key={id} className="avatar-stack__one" aria-hidden>
          <Avatar name={name} colour={colour} size={size} />
        </span>
      ))}
      {more > 0 && (
        <span className="avatar-stack__more" aria-hidden>
          +{more}
        </span>
      )}
    </span>
  );
}
