// Gives a version a name and says why; for a song, together with the persona and the world it is about.
import { useState } from "react";
import { Label } from "react-aria-components/Label";
import { TextArea } from "react-aria-components/TextArea";
import { TextField } from "react-aria-components/TextField";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Switch } from "../ui/switch";
import { TextInput } from "../ui/text-input";
import { ReferenceName } from "./values";
import { useNameVersion } from "./use-commands";
import "./name-dialog.css";

export interface NameDialogProps {
  documentId: string;
  /** Null: as everything is now. */
  position: number | null;
  /** What the version is called. */
  about: string;
  /** The song's persona and world, if it has them. */
  companions: readonly { id: string; kind: string }[];
  onClose: () => void;
}

const NAME_CHARS_MAX = 500;

export function NameDialog({ documentId, position, about, companions, onClose }: NameDialogProps) {
  const [name, setName] = useState("");
  const [message, setMessage] = useState("");
  const [withIds, setWithIds] = useState<readonly string[]>([]);
  const naming = useNameVersion(documentId);
  const submit = () => {
    if (name.trim() === "" || naming.isPending) return;
    naming.mutate(
      { name: name.trim(), message: message.trim(), position, withDocuments: [...withIds] },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog
      title="Name this version"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button tone="primary" isDisabled={name.trim() === "" || naming.isPending} onPress={submit}>
            Name it
          </Button>
        </>
      }
    >
      <p className="name-dialog__about">This is {about}. A name makes it easy to find and to compare with.</p>
      <form
        className="name-dialog__form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextInput
          label="Name"
          value={name}
          onChange={setName}
          // eslint-disable-next-line jsx-a11y/no-autofocus -- The dialog was opened to type in it.
          autoFocus
          maxLength={NAME_CHARS_MAX}
          placeholder="Approved draft"
          error={naming.error?.message ?? null}
        />
        <TextField className="field" value={message} onChange={setMessage}>
          <Label className="field__label">Message, if it needs one</Label>
          <TextArea dir="auto" className="field__input name-dialog__message" rows={3} />
        </TextField>
        {companions.map(({ id, kind }) => (
          <Switch
            key={id}
            isSelected={withIds.includes(id)}
            onChange={(isOn) => setWithIds(isOn ? [...withIds, id] : withIds.filter((one) => one !== id))}
          >
            <span>
              Also its {kind}, <ReferenceName id={id} />
            </span>
          </Switch>
        ))}
        {/* Enter in the name submits; the button that shows it stands below. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
