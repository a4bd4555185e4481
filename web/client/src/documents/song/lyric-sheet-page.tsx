// The page of the lyric sheet: to read, print or copy; it follows the song while others write.
import { ArrowLeft, Copy, Printer } from "lucide-react";
import { Link } from "wouter";
import { documentAddress } from "../../api/addresses";
import { DocumentProvider, useSessionPart, useValue } from "../../collab/context";
import { Button } from "../../ui/button";
import { EmptyState } from "../../ui/empty-state";
import { Page } from "../../ui/page";
import { Switch } from "../../ui/switch";
import { copyText } from "../../ui/copy-text";
import { toasts } from "../../ui/toasts";
import { Absent } from "../frame/absent";
import { toggleChords, useAreChordsShown } from "./chords-shown";
import { LyricSheet } from "./lyric-sheet";
import { readSheet, SHEET_PATHS } from "./read-sheet";
import { sheetText, type Sheet } from "./sheet-text";
import "./lyric-sheet-page.css";

export default function LyricSheetPage({ id }: { id: string }) {
  return (
    <DocumentProvider id={id} kind="song">
      <SheetPage id={id} />
    </DocumentProvider>
  );
}

function SheetPage({ id }: { id: string }) {
  const sheet = useValue(readSheet, SHEET_PATHS);
  const hasChords = useAreChordsShown();
  const phase = useSessionPart("phase");
  const isThere = phase === "ready" || phase === "trashed";
  const back = (
    <Link href={documentAddress("song", id)} className="lyric-sheet-page__back">
      <ArrowLeft size={16} aria-hidden />
      Song
    </Link>
  );
  return (
    <Page title={isThere ? `${sheet.title}, lyrics` : "Lyrics"} width="reading" bar={{ start: back }}>
      {!isThere && <Absent />}
      {isThere && <Tools sheet={sheet} hasChords={hasChords} />}
      {isThere && <LyricSheet sheet={sheet} hasChords={hasChords} />}
      {isThere && sheet.sections.length === 0 && (
        <EmptyState action={<Link href={documentAddress("song", id)}>Write the first section</Link>}>
          This song has no words yet.
        </EmptyState>
      )}
    </Page>
  );
}

function Tools({ sheet, hasChords }: { sheet: Sheet; hasChords: boolean }) {
  const copy = async () => {
    const isCopied = await copyText(sheetText(sheet, hasChords));
    toasts.show(
      isCopied
        ? { tone: "success", text: "The lyric sheet was copied as text." }
        : { tone: "warning", text: "The browser did not allow copying. Select the words and copy them yourself." },
    );
  };
  return (
    <div className="lyric-sheet-page__tools">
      <Switch isSelected={hasChords} onChange={toggleChords}>
        Chords
      </Switch>
      <Button icon={<Copy size={16} aria-hidden />} onPress={() => void copy()}>
        Copy
      </Button>
      <Button tone="primary" icon={<Printer size={16} aria-hidden />} onPress={() => window.print()}>
        Print
      </Button>
    </div>
  );
}
