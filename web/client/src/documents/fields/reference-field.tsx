// The choice of another document: searched by its title, opened by its link.
import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight, ChevronDown, X } from "lucide-react";
import { useDeferredValue, useId, useState, type KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Link } from "wouter";
import { documentAddress, KINDS, type KindName } from "../../api/addresses";
import { Problem } from "../../api/client";
import { useField } from "../../collab/context";
import type { Path } from "../../collab/path";
import { setField } from "../../collab/values";
import { IconButton } from "../../ui/button";
import { classes } from "../../ui/classes";
import "../../ui/field.css";
import "../../ui/menu.css";
import { plain } from "../../ui/words";
import { FieldFrame } from "./field-frame";
import "./reference-field.css";
import { documentsToChoose, referenceQuery } from "./references";
import { useFieldPlace } from "./use-field";
import { shareIfThere } from "./use-line";

export interface ReferenceFieldProps {
  path: Path;
  label: string;
  hideLabel?: boolean;
  className?: string;
}

export function ReferenceField({ path, label, hideLabel, className }: ReferenceFieldProps) {
  const field = useFieldPlace(path);
  const kind = field.definition.target ?? "song";
  const shared = useField(field.path);
  const id = typeof shared === "string" ? shared : null;
  const chosen = useQuery({ ...referenceQuery(id ?? ""), enabled: id !== null });
  const isMissing = chosen.error instanceof Problem && chosen.error.status === 404;
  const [search, setSearch] = useState<string | null>(null);
  const searched = useDeferredValue(search ?? "");
  const found = useQuery({ ...documentsToChoose(kind, searched), enabled: search !== null });
  const noteId = useId();
  const title = id === null ? "" : (chosen.data?.title ?? (isMissing ? "Not here any more" : "…"));
  const share = (next: string | null) => {
    setSearch(null);
    shareIfThere(() => setField(field.session, field.path, next));
  };
  const choose = (key: Key | null) => {
    if (key !== null && key !== NOTHING_FOUND) share(String(key));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || search === null) return;
    setSearch(null);
  };
  const isAnswer = found.isSuccess && !found.isPlaceholderData && searched === search;
  // What was found for other words stays as long as its title fits: Enter must not choose what nobody asked for.
  const items = (found.data ?? []).filter(
    ({ title: name }) => isAnswer || plain(name).includes(plain(search ?? "").trim()),
  );
  const hasNothing = isAnswer && items.length === 0;
  return (
    <FieldFrame path={field.path} people={field.people} className={className}>
      <ComboBox
        className="field"
        allowsCustomValue
        items={
          hasNothing
            ? [{ id: NOTHING_FOUND, title: `No ${KINDS[kind].name.toLowerCase()} is called that.`, subtitle: "" }]
            : items
        }
        disabledKeys={[NOTHING_FOUND]}
        value={null}
        onChange={choose}
        inputValue={search ?? title}
        onInputChange={setSearch}
        onOpenChange={(isOpen) => {
          if (isOpen) setSearch((before) => before ?? "");
        }}
        menuTrigger="focus"
        isReadOnly={!field.mayWrite}
        onFocus={field.presence.onFocus}
        onBlur={() => {
          setSearch(null);
          field.presence.onBlur();
        }}
      >
        <Label className={hideLabel === true ? "visually-hidden" : "field__label"}>{label}</Label>
        <div
          className={classes("field__box", "reference-field", id !== null && "reference-field--set")}
          onKeyDownCapture={onKeyDown}
        >
          <Input
            dir="auto"
            className={classes("field__input", "reference-field__text", isMissing && "reference-field__text--missing")}
            placeholder={id === null ? "None" : title}
            aria-describedby={noteId}
            autoComplete="off"
          />
          <Tools
            kind={kind}
            id={id}
            title={title}
            label={label.toLowerCase()}
            isMissing={isMissing}
            mayWrite={field.mayWrite}
            onClear={() => share(null)}
          />
        </div>
        <Found />
      </ComboBox>
      <p id={noteId} className="reference-field__note">
        {isMissing &&
          `This ${KINDS[kind].name.toLowerCase()} was erased, or never was here. Choose another, or remove it.`}
        {chosen.data?.isTrashed === true && `This ${KINDS[kind].name.toLowerCase()} is in the trash.`}
      </p>
    </FieldFrame>
  );
}

interface ToolsProps {
  kind: KindName;
  id: string | null;
  title: string;
  label: string;
  isMissing: boolean;
  mayWrite: boolean;
  onClear: () => void;
}

/** What stands in the box after the title. */
function Tools({ kind, id, title, label, isMissing, mayWrite, onClear }: ToolsProps) {
  return (
    <span className="reference-field__tools">
      {id !== null && !isMissing && (
        <Link href={documentAddress(kind, id)} className="reference-field__open" aria-label={`Open ${title}`}>
          <ArrowUpRight size={16} aria-hidden />
        </Link>
      )}
      {id !== null && mayWrite && (
        <IconButton
          label={`Remove ${label}`}
          size="small"
          icon={<X size={14} aria-hidden />}
          // Not the button that opens the list.
          slot={null}
          onPress={onClear}
        />
      )}
      {mayWrite && (
        <Button className="reference-field__open" aria-label={`Choose ${label}`}>
          <ChevronDown size={16} aria-hidden />
        </Button>
      )}
    </span>
  );
}

/** The list of documents that were found. */
function Found() {
  return (
    <Popover className="menu" offset={4}>
      <ListBox className="menu__items">
        {(item: { id: string; title: string; subtitle: string }) => (
          <ListBoxItem id={item.id} textValue={item.title} className="menu__item">
            <span className="menu__words">
              {item.title}
              {item.subtitle !== "" && <small className="menu__detail">{item.subtitle}</small>}
            </span>
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  );
}

/** Stands for "nothing" in the list. */
const NOTHING_FOUND = "(nothing)";
