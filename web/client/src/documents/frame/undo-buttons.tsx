// Undo and redo of my own edits: their buttons in the bar, their keys, their lines in the palette.
import { Redo2, Undo2 } from "lucide-react";
import { useDocument } from "../../collab/context";
import { useActions } from "../../ui/actions";
import { IconButton } from "../../ui/button";
import { useMayWrite } from "../fields/use-field";
import { useUndo } from "./use-undo";

export function UndoButtons() {
  const session = useDocument();
  const mayWrite = useMayWrite();
  const { canUndo, canRedo, undo, redo } = useUndo();
  useActions([
    {
      id: "undo",
      name: "Undo my last edit",
      keys: "Mod+Z",
      group: "Document",
      isDisabled: () => !session.undo.canUndo(),
      run: undo,
    },
    {
      id: "redo",
      name: "Redo",
      keys: "Mod+Shift+Z",
      group: "Document",
      isDisabled: () => !session.undo.canRedo(),
      run: redo,
    },
  ]);
  if (!mayWrite) return null;
  return (
    <>
      <IconButton
        label="Undo my last edit"
        keys="Mod+Z"
        size="small"
        icon={<Undo2 size={16} aria-hidden />}
        isDisabled={!canUndo}
        onPress={undo}
      />
      <IconButton
        label="Redo"
        keys="Mod+Shift+Z"
        size="small"
        icon={<Redo2 size={16} aria-hidden />}
        isDisabled={!canRedo}
        onPress={redo}
      />
    </>
  );
}
