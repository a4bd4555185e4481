// The library: everything there is, found as one types, and who is where.
import { Library } from "lucide-react";
import { useDeferredValue, useRef } from "react";
import { KIND_NAMES, KINDS } from "../api/addresses";
import { useLiveEdits } from "../api/live-queries";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { useActions } from "../ui/actions";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { FilterToggles } from "../ui/filter-toggles";
import { Page } from "../ui/page";
import { useNewDocument } from "./document-requests";
import { DocumentList } from "./document-list";
import { KindIcon } from "./kind-icon";
import { MyReviews } from "./my-reviews";
import { NewMenu } from "./new-menu";
import { OrderToggle } from "./order-toggle";
import { RunningJobs } from "./running-jobs";
import { SearchBox } from "./search-box";
import { useLibraryFilter } from "./use-library-filter";
import "./library-page.css";

const KIND_CHOICES = KIND_NAMES.map((value) => ({ value, name: KINDS[value].plural, icon: <KindIcon kind={value} /> }));

export default function LibraryPage() {
  const me = useMe();
  const { filter, change } = useLibraryFilter();
  const asked = useDeferredValue(filter);
  const search = useRef<HTMLInputElement>(null);
  useLiveEdits();
  useActions([
    { id: "search", name: "Search the library", keys: "/", group: "Library", run: () => search.current?.focus() },
  ]);
  const isAll = asked.search.trim() === "" && asked.kinds.length === 0;
  return (
    <Page title="Library">
      <header className="library__head">
        <div>
          <p className="library__workspace">{me?.workspace ?? " "}</p>
          <h1 className="page__title">Library</h1>
        </div>
        {mayWrite(me?.role) && <NewMenu />}
      </header>
      <MyReviews />
      <RunningJobs />
      <div className="library__tools">
        <SearchBox inputRef={search} value={filter.search} onChange={(text) => change({ search: text })} />
        <div className="library__filters">
          <FilterToggles
            label="Kinds shown"
            choices={KIND_CHOICES}
            values={filter.kinds}
            onChange={(kinds) => change({ kinds })}
          />
          <OrderToggle value={filter.order} onChange={(order) => change({ order })} />
        </div>
      </div>
      <DocumentList
        filter={asked}
        empty={
          isAll ? (
            <FirstSteps />
          ) : (
            <NothingFound text={asked.search} onClear={() => change({ search: "", kinds: [] })} />
          )
        }
      />
    </Page>
  );
}

function FirstSteps() {
  const me = useMe();
  const create = useNewDocument();
  const isWriter = mayWrite(me?.role);
  return (
    <EmptyState
      icon={<Library size={28} aria-hidden />}
      action={
        isWriter && (
          <Button tone="primary" isPending={create.isPending} onPress={() => create.mutate("song")}>
            Write a song
          </Button>
        )
      }
    >
      {isWriter
        ? "Nothing is here yet. Songs, personas, worlds and notes of this workspace will be."
        : "Nothing is here yet. What the others write will be."}
    </EmptyState>
  );
}

function NothingFound({ text, onClear }: { text: string; onClear: () => void }) {
  return (
    <EmptyState action={<Button onPress={onClear}>Show everything</Button>}>
      {text.trim() === "" ? "There are no documents of this kind yet." : `No document holds “${text.trim()}”.`}
    </EmptyState>
  );
}
