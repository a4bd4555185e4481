// Where a new label is typed: Enter or a comma adds it, a pasted list adds each of its lines.
import { ChevronDown } from "lucide-react";
import { useContext, useEffect, useId, useState, type CSSProperties, type KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox, ComboBoxStateContext } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { ListBox, ListBoxItem, type Key } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import type { Path } from "../../collab/path";
import { plain } from "../../ui/words";
import { announce } from "./announce";
import "./suggest-input.css";
import type { Suggestion } from "./suggest-input";
import { labelProblem } from "./problems";
import { useUnshared } from "./use-unshared";

const NOT_IN_LIST = "Choose one from the list.";
/** Stands for "nothing" in a list that is all there is to choose from. */
const NOTHING_FOUND: Suggestion = { value: "(nothing)", name: "Nothing in the list is called that." };

export interface LabelInputProps {
  path: Path;
  label: string;
  placeholder: string;
  suggestions: readonly Suggestion[];
  /** Only what is suggested may be added. */
  isClosed: boolean;
  onAdd: (words: readonly string[]) => void;
  /** Backspace or an arrow at the start: to the labels before. */
  onBack: () => void;
}

export function LabelInput({ path, label, placeholder, suggestions, isClosed, onAdd, onBack }: LabelInputProps) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [picked, setPicked] = useState(0);
  const words = wordsOf(text);
  const isUnknown = isClosed && words.some((word) => knownAs(word, suggestions) === null);
  const found = words.map(labelProblem).find((wrong) => wrong !== null) ?? (isUnknown ? NOT_IN_LIST : null);
  // Whoever has typed a part of a name in the list is still looking for it.
  const isSearching = isUnknown && isSearchFor(words, suggestions);
  const shown = problem ?? (isSearching ? null : found);
  const problemId = useId();
  useAnnounced(shown);
  const addTyped = () => {
    setProblem(found);
    if (words.length === 0 || found !== null) return;
    setText("");
    onAdd(words.map((word) => knownAs(word, suggestions) ?? word));
  };
  // Where only the list counts, the rest of a search is nothing that could be lost.
  const typed = words.length === 0 || isUnknown ? null : text;
  useUnshared({ path, typed, before: "", problem: shown, commit: addTyped });
  const choose = (key: Key | null) => {
    if (key === null) return;
    setText("");
    setProblem(null);
    setPicked((count) => count + 1);
    onAdd([String(key)]);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const input = event.target as HTMLInputElement;
    if (event.nativeEvent.isComposing) return;
    const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0;
    if (event.key === "Escape" && text !== "") setText("");
    else if ((event.key === "Backspace" || event.key === "ArrowLeft") && isAtStart) onBack();
    else if (event.key === "," || (event.key === "Enter" && !input.hasAttribute("aria-activedescendant"))) {
      if (event.key === "Enter" && text === "") return;
      const only = isSearching && event.key === "Enter" ? onlyOneWith(words, suggestions) : null;
      if (only === null) addTyped();
      choose(only);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ComboBox
      className="labels-field__adder"
      style={{ "--asks": placeholder.length } as CSSProperties}
      aria-label={`Add to ${label.toLowerCase()}`}
      allowsCustomValue
      items={offersFor(words, suggestions, isClosed).map((one) => ({ id: one.value, ...one }))}
      disabledKeys={[NOTHING_FOUND.value]}
      value={null}
      onChange={choose}
      inputValue={text}
      onInputChange={(next) => {
        setText(next);
        setProblem(null);
      }}
      menuTrigger="manual"
      onBlur={addTyped}
      isInvalid={shown !== null}
    >
      {/* Keys on their way to the input: the list of suggestions must not take those meant for the labels. */}
      <div className="labels-field__typing" onKeyDownCapture={onKeyDown}>
        <Input
          dir="auto"
          className="labels-field__input"
          placeholder={placeholder}
          autoComplete="off"
          aria-describedby={shown === null ? undefined : problemId}
          data-typing={text !== "" || undefined}
        />
        {suggestions.length > 0 && <OpenButton />}
      </div>
      <Offer text={text} picked={picked} />
      {shown !== null && (
        <p className="field-frame__problem" id={problemId}>
          {shown}
        </p>
      )}
      <Popover className="menu" offset={8}>
        <ListBox className="menu__items">
          {(item: Suggestion & { id: string }) => (
            <ListBoxItem id={item.id} textValue={item.name} className="menu__item">
              {item.name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

function OpenButton() {
  return (
    <Button className="suggest-input__open labels-field__open" aria-label="Suggestions">
      <ChevronDown size={16} aria-hidden />
    </Button>
  );
}

/** Suggests while something is typed, and stops when it was added: left to itself, an empty input offers everything. */
function Offer({ text, picked }: { text: string; picked: number }) {
  const state = useContext(ComboBoxStateContext);
  useEffect(() => {
    if (text === "") state?.close();
    else if (state?.isFocused === true) state.open(null, "input");
    // eslint-disable-next-line react-hooks/exhaustive-deps -- The state is new each time; only what is typed or picked counts.
  }, [text, picked]);
  return null;
}

/** Says what is wrong in words of its own: an open list of suggestions hides what is around it from those who listen. */
function useAnnounced(problem: string | null): void {
  useEffect(() => {
    if (problem !== null) announce(problem);
  }, [problem]);
}

/** What was typed or pasted, as separate labels. */
export function wordsOf(text: string): string[] {
  const words = text.split(/[,\n]/).map((word) => word.replace(/\s+/g, " ").trim());
  return [...new Set(words.filter((word) => word !== ""))];
}

/** The stored form of a suggestion that was typed by its name; null: it is none. */
function knownAs(word: string, suggestions: readonly Suggestion[]): string | null {
  const wanted = word.toLocaleLowerCase();
  return suggestions.find((one) => one.value === word || one.name.toLocaleLowerCase() === wanted)?.value ?? null;
}

/** The one thing in the list that has what is searched in its name; null: none has, or several. */
function onlyOneWith(words: readonly string[], suggestions: readonly Suggestion[]): string | null {
  const [found, ...others] = words.flatMap((word) => withInName(word, suggestions));
  return others.length === 0 ? (found?.value ?? null) : null;
}

/** What the list offers for what is typed, however it is opened: keys would open all of it, and Enter take the first. */
function offersFor(
  words: readonly string[],
  suggestions: readonly Suggestion[],
  isClosed: boolean,
): readonly Suggestion[] {
  if (words.length === 0) return suggestions;
  const found = suggestions.filter((one) => words.some((word) => withInName(word, [one]).length > 0));
  return found.length === 0 && isClosed ? [NOTHING_FOUND] : found;
}

/** Whether something in the list has this in its name, for each of the words. */
function isSearchFor(words: readonly string[], suggestions: readonly Suggestion[]): boolean {
  return words.every((word) => withInName(word, suggestions).length > 0);
}

function withInName(word: string, suggestions: readonly Suggestion[]): Suggestion[] {
  const wanted = plain(word);
  return suggestions.filter((one) => plain(one.name).includes(wanted));
}
