// The palette: one line to go anywhere or do anything that can be done here.
import { useQuery } from "@tanstack/react-query";
import { CornerDownLeft } from "lucide-react";
import { useDeferredValue, useMemo, useState, type KeyboardEvent } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Dialog } from "react-aria-components/Dialog";
import { Input } from "react-aria-components/Input";
import { Collection } from "react-aria-components/Collection";
import { Header } from "react-aria-components/Header";
import { Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { TextField } from "react-aria-components/TextField";
import { useLocation } from "wouter";
import { documentAddress } from "../api/addresses";
import { paletteDocumentsQuery } from "../api/queries";
import { useAllActions } from "../ui/actions";
import { Kbd } from "../ui/kbd";
import { KindIcon } from "../library/kind-icon";
import { entriesFor, type PaletteEntry } from "./palette-entries";
import { overlays, type OverlayProps } from "./overlays";
import "./palette.css";

export default function Palette({ onClose }: OverlayProps) {
  const [, navigate] = useLocation();
  const [text, setText] = useState(() => overlays.takeTyped());
  const asked = useDeferredValue(text);
  const documents = useQuery(paletteDocumentsQuery(asked));
  const all = useAllActions();
  const isAnswer = asked === text && !documents.isPlaceholderData;
  const sections = useMemo(
    () => entriesFor(text, all, documents.data ?? [], isAnswer),
    [text, all, documents.data, isAnswer],
  );
  const run = (entry: PaletteEntry) => {
    onClose();
    // After the palette has given the focus back, or what runs would lose it again.
    setTimeout(() => (entry.type === "document" ? navigate(documentAddress(entry.kind, entry.id)) : entry.run()), 0);
  };
  // Without a choice by arrows, Enter takes the first: it is what the highlight shows.
  const runFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    const first = sections[0]?.entries[0];
    const hasChosen = event.currentTarget.getAttribute("aria-activedescendant");
    if (event.key === "Enter" && !hasChosen && first !== undefined) run(first);
  };
  const isEmpty = sections.length === 0;
  return (
    <ModalOverlay className="palette__scrim" isOpen onOpenChange={(isOpen) => !isOpen && onClose()} isDismissable>
      <Modal className="palette">
        <Dialog className="palette__page" aria-label="Go to or do">
          <Autocomplete inputValue={text} onInputChange={setText}>
            {/* The palette was opened to type in it. */}
            {/* eslint-disable-next-line jsx-a11y/no-autofocus */}
            <TextField aria-label="Go to or do" className="palette__field" autoFocus>
              <Input
                dir="auto"
                className="palette__input"
                placeholder="Go to a document or page, or do something"
                onKeyDown={runFirst}
              />
            </TextField>
            <Menu
              className="palette__list"
              aria-label="Found"
              items={sections}
              renderEmptyState={() => (
                <p className="palette__none">{documents.isFetching ? "Searching…" : `Nothing is called “${text}”.`}</p>
              )}
            >
              {(section) => (
                <MenuSection id={section.name} className="palette__section">
                  <Header className="palette__header">{section.name}</Header>
                  <Collection items={section.entries}>
                    {(entry) => (
                      <MenuItem
                        id={`${entry.type}:${entry.id}`}
                        textValue={entry.name}
                        className="palette__item"
                        onAction={() => run(entry)}
                      >
                        <EntryIcon entry={entry} />
                        <span className="palette__words">
                          <span dir="auto" className="palette__name" title={entry.name}>
                            {entry.name}
                          </span>
                          {entry.detail !== "" && <small className="palette__detail">{entry.detail}</small>}
                        </span>
                        {entry.type === "action" && entry.keys !== null && <Kbd keys={entry.keys} />}
                      </MenuItem>
                    )}
                  </Collection>
                </MenuSection>
              )}
            </Menu>
          </Autocomplete>
          {!isEmpty && (
            <p className="palette__hint" aria-hidden>
              <Kbd keys="Up" /> <Kbd keys="Down" /> choose <Kbd keys="Enter" /> open <Kbd keys="Escape" /> close
            </p>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function EntryIcon({ entry }: { entry: PaletteEntry }) {
  if (entry.type === "document") return <KindIcon kind={entry.kind} />;
  return <span className="palette__icon">{entry.icon ?? <CornerDownLeft aria-hidden />}</span>;
}
