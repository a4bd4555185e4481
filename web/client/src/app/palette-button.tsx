// The way into the palette for those who do not know its keys.
import { Search } from "lucide-react";
import { Button as AriaButton } from "react-aria-components/Button";
import { runAction } from "../ui/actions";
import { Kbd } from "../ui/kbd";
import "./palette-button.css";

export function PaletteButton() {
  return (
    <AriaButton className="palette-button" onPress={() => runAction("palette")}>
      <Search size={16} aria-hidden />
      <span className="palette-button__words">
        Go to or do <Kbd keys="Mod+K" />
      </span>
    </AriaButton>
  );
}
