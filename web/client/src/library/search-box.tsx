// The search of the library. Down goes to the first result, Escape empties it.
import { Search, X } from "lucide-react";
import type { KeyboardEvent, RefObject } from "react";
import { IconButton } from "../ui/button";
import { Kbd } from "../ui/kbd";
import { focusFirstRow } from "./row-focus";
import "./search-box.css";

export interface SearchBoxProps {
  inputRef: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (text: string) => void;
}

export function SearchBox({ inputRef, value, onChange }: SearchBoxProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" && focusFirstRow()) event.preventDefault();
    if (event.key === "Escape" && value !== "") {
      event.preventDefault();
      onChange("");
    }
  };
  return (
    <div className="search-box" role="search">
      <Search size={18} aria-hidden />
      <input
        ref={inputRef}
        className="search-box__input"
        type="text"
        dir="auto"
        inputMode="search"
        enterKeyHint="search"
        aria-label="Search the library"
        placeholder="Search titles, words, names"
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {value === "" ? (
        <span className="search-box__keys" aria-hidden>
          <Kbd keys="/" />
        </span>
      ) : (
        <IconButton
          label="Clear the search"
          size="small"
          icon={<X size={16} aria-hidden />}
          onPress={() => {
            onChange("");
            inputRef.current?.focus();
          }}
        />
      )}
    </div>
  );
}
