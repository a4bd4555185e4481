// What changed in a text: by line and word, inline or side by side, with who did it in the margin.
import { memo, useMemo, useState, type ReactNode } from "react";
import { ChevronsUpDown } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { AuthorMark } from "./author-mark";
import { Pieces } from "./pieces";
import type { Span } from "./requests";
import { authorsIn, folded, inlineLines, sideBySide, type Fold, type Line, type Row } from "./text-lines";
import { counted } from "../ui/words";
import "./text-change.css";

export type Layout = "inline" | "side-by-side";

const SIGNS: Record<Line["change"], string> = { equal: " ", insert: "+", delete: "−", both: "±" };
const SIGN_NAMES: Record<Line["change"], string> = {
  equal: "",
  insert: "Line added: ",
  delete: "Line removed: ",
  both: "Line changed: ",
};

export interface TextChangeProps {
  spans: readonly Span[];
  layout: Layout;
  /** Words to sing or prose. */
  isLyrics: boolean;
}

export const TextChange = memo(function TextChange({ spans, layout, isLyrics }: TextChangeProps) {
  return (
    <div className="text-change" data-layout={layout} data-lyrics={isLyrics || undefined}>
      {layout === "inline" ? <Inline spans={spans} /> : <SideBySide spans={spans} />}
    </div>
  );
});

function Inline({ spans }: { spans: readonly Span[] }) {
  const lines = useMemo(() => inlineLines(spans), [spans]);
  return (
    <Folding
      items={lines}
      isEqual={(line) => line.change === "equal"}
      render={(line, index, before) => (
        <div key={index} className="text-change__line" data-change={line.change}>
          <Sign change={line.change} />
          <span className="text-change__words">
            <Pieces pieces={line.pieces} />
          </span>
          <Marks line={line} before={before} />
        </div>
      )}
    />
  );
}

function SideBySide({ spans }: { spans: readonly Span[] }) {
  const rows = useMemo(() => sideBySide(spans), [spans]);
  return (
    <>
      <div className="text-change__heads" aria-hidden>
        <span>Before</span>
        <span>After</span>
      </div>
      <Folding
        items={rows}
        isEqual={(row) => row.isEqual}
        render={(row, index, before) => (
          <div key={index} className="text-change__row">
            <Side line={row.old} name="Before" />
            <Side line={row.new} name="After" />
            <Marks line={wholeOf(row)} before={before === null ? null : wholeOf(before)} />
          </div>
        )}
      />
    </>
  );
}

function Side({ line, name }: { line: Line | null; name: string }) {
  if (line === null) return <span className="text-change__side text-change__side--none" />;
  return (
    <span className="text-change__side" data-change={line.change}>
      <span className="visually-hidden">{`${name}: `}</span>
      <Sign change={line.change} />
      <span className="text-change__words">
        <Pieces pieces={line.pieces} />
      </span>
    </span>
  );
}

function Sign({ change }: { change: Line["change"] }) {
  return (
    <span className="text-change__sign">
      <span aria-hidden>{SIGNS[change]}</span>
      <span className="visually-hidden">{SIGN_NAMES[change]}</span>
    </span>
  );
}

/** Everybody who changed the line, unless the line above says the same already. */
function Marks({ line, before }: { line: Line; before: Line | null }) {
  const authors = authorsIn(line.pieces);
  const above = before === null ? [] : authorsIn(before.pieces);
  const isSame =
    authors.length === above.length &&
    authors.every(({ person_id }) => above.some((one) => one.person_id === person_id));
  return (
    <span className="text-change__marks">
      {!isSame && authors.map((author) => <AuthorMark key={author.person_id} author={author} />)}
    </span>
  );
}

interface FoldingProps<Item> {
  items: readonly Item[];
  isEqual: (item: Item) => boolean;
  render: (item: Item, index: number, before: Item | null) => ReactNode;
}

/** Long stretches without a change become one line that can be opened. */
function Folding<Item>({ items, isEqual, render }: FoldingProps<Item>) {
  const folds = useMemo(() => folded(items, isEqual), [items, isEqual]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const starts = startsOf(folds);
  return folds.map((fold, number) => {
    const start = starts[number] ?? 0;
    if (fold.type === "folded" && !open.has(number))
      return (
        <Button
          key={`fold-${number}`}
          className="text-change__fold"
          onPress={() => setOpen(new Set([...open, number]))}
        >
          <ChevronsUpDown size={14} aria-hidden />
          {`${counted(fold.items.length, "line")} unchanged`}
          <span className="visually-hidden">. Show</span>
        </Button>
      );
    return fold.items.map((item, index) => render(item, start + index, items[start + index - 1] ?? null));
  });
}

function startsOf<Item>(folds: readonly Fold<Item>[]): number[] {
  let next = 0;
  return folds.map((fold) => {
    const start = next;
    next += fold.items.length;
    return start;
  });
}

function wholeOf(row: Row): Line {
  const pieces = [...(row.old?.pieces ?? []), ...(row.new?.pieces ?? [])].filter(({ change }) => change !== "equal");
  return { pieces, change: row.isEqual ? "equal" : "both" };
}
