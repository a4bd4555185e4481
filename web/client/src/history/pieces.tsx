// Words of a comparison: inserted and deleted ones by colour and by line, and said aloud for those who listen.
import type { Piece } from "./text-lines";
import { authorStyle, useAuthorship } from "./author-mark";
import { momentInWords } from "./timeline-entries";
import "./pieces.css";

export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  // A line that is the same has one piece; what is empty keeps its height.
  if (pieces.length === 0) return "\u200b";
  return pieces.map((piece, index) => <PieceWords key={index} piece={piece} />);
}

function PieceWords({ piece: { change, text, author } }: { piece: Piece }) {
  const { authorOf, litId } = useAuthorship();
  if (change === "equal") return text;
  const Tag = change === "insert" ? "ins" : "del";
  const who = author === null ? null : authorOf(author.person_id);
  const isDim = litId !== null && author?.person_id !== litId;
  const shown = text === "\n" ? "↵" : text;
  return (
    <Tag
      className={`piece piece--${change}`}
      data-dim={isDim || undefined}
      {...(author === null || who === null
        ? {}
        : {
            style: authorStyle(who.colour),
            title: `${who.name}, ${momentInWords(author.at, new Date())}${author.merged_at === null ? "" : ", on a branch"}`,
          })}
    >
      <span className="visually-hidden">{change === "insert" ? " [inserted: " : " [deleted: "}</span>
      {shown}
      <span className="visually-hidden">] </span>
    </Tag>
  );
}
