// One section on the page: as plain words while it is far away, and with everything to edit it once it comes near.
import { memo, useEffect, useRef } from "react";
import { useDocument, useField } from "../../collab/context";
import { valueAt } from "../../collab/values";
import { linesIn } from "../fields/syllables";
import { cardId, useCurrentSection, useIsCurrent } from "./current-section";
import { useNear } from "./near";
import { SectionBody } from "./section-body";
import { sectionPath } from "./section-edits";
import { SectionHead, SectionHeadStill } from "./section-head";
import { useSectionLook } from "./use-section-look";
import "./kind-colour.css";
import "./section-card.css";

/** Pixels of a card without its lyrics, and of a line of them: what is not built yet takes about this much room. */
const CARD_PX = 150;
const LINE_PX = 30;

export interface SectionCardProps {
  id: string;
  /** Whether it is among the first ones, which are seen at once. */
  isFirst: boolean;
  mayWrite: boolean;
}

export const SectionCard = memo(function SectionCard({ id, isFirst, mayWrite }: SectionCardProps) {
  const card = useRef<HTMLLIElement>(null);
  const [isNear, wake] = useNear(card, isFirst);
  const current = useCurrentSection();
  const isCurrent = useIsCurrent(id);
  const look = useSectionLook(id);
  const room = useRoom(id);
  useEffect(() => current.onWake(id, wake), [current, id, wake]);
  return (
    <li
      ref={card}
      id={cardId(id)}
      className="section-card kind-colour"
      data-section={id}
      data-kind={look.kind ?? "verse"}
      data-current={isCurrent || undefined}
      tabIndex={-1}
      aria-labelledby={`${cardId(id)}-name`}
      style={{ containIntrinsicHeight: `auto ${room}px` }}
    >
      {isNear && mayWrite ? <SectionHead id={id} look={look} /> : <SectionHeadStill id={id} look={look} />}
      {isNear ? <SectionBody id={id} isFirst={isFirst} /> : <LyricsStill id={id} />}
    </li>
  );
});

/** The words alone: they can be found and read before anything is built to edit them. */
function LyricsStill({ id }: { id: string }) {
  const lyrics = useField(sectionPath(id, "lyrics"));
  return <p className="section-card__words">{typeof lyrics === "string" ? lyrics : ""}</p>;
}

/** About how high the card will be, judged once. */
function useRoom(id: string): number {
  const { doc } = useDocument();
  const room = useRef<number | null>(null);
  room.current ??= CARD_PX + LINE_PX * Math.max(2, linesIn(String(valueAt(doc, sectionPath(id, "lyrics")))));
  return room.current;
}
