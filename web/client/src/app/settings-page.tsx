// Settings of this browser and of my own sign-ins: theme, keys, browsers, tokens.
import { useMe } from "../api/use-me";
import { roleName } from "../api/roles";
import { Sessions } from "../people/sessions";
import { Tokens } from "../people/tokens";
import { Button } from "../ui/button";
import { runAction } from "../ui/actions";
import { Page } from "../ui/page";
import { Segments } from "../ui/segments";
import { useStoredChoice } from "../ui/stored-choice";
import { Switch } from "../ui/switch";
import { letterKeys } from "./keyboard";
import { theme, type Theme } from "./theme";
import "./settings-page.css";

const THEME_CHOICES: readonly { value: Theme; name: string }[] = [
  { value: "system", name: "As the system" },
  { value: "light", name: "Light" },
  { value: "dark", name: "Dark" },
];

export default function SettingsPage() {
  const me = useMe();
  const chosen = useStoredChoice(theme);
  const keysOn = useStoredChoice(letterKeys) === "on";
  return (
    <Page title="Settings" width="reading" className="settings">
      <header>
        <h1 className="page__title">Settings</h1>
        {me !== undefined && (
          <p className="settings__who">
            {me.name}, {roleName(me.role).toLocaleLowerCase()} in {me.workspace}
          </p>
        )}
      </header>
      <section className="settings__part" aria-labelledby="settings-look">
        <h2 id="settings-look">Look</h2>
        <Segments label="Theme" choices={THEME_CHOICES} value={chosen} onChange={(value) => theme.set(value)} />
      </section>
      <section className="settings__part" aria-labelledby="settings-keys">
        <h2 id="settings-keys">Keyboard</h2>
        <Switch isSelected={keysOn} onChange={(isOn) => letterKeys.set(isOn ? "on" : "off")}>
          Single keys do things, such as ? for the list of shortcuts
        </Switch>
        <p className="settings__help">
          Turn them off if you speak to your computer, or press keys by accident. Keys with Ctrl, Alt or ⌘ stay.
        </p>
        <div>
          <Button onPress={() => runAction("shortcuts")}>Show all shortcuts</Button>
        </div>
      </section>
      <section className="settings__part" aria-labelledby="settings-browsers">
        <h2 id="settings-browsers">Where you are signed in</h2>
        <Sessions />
      </section>
      <section className="settings__part" aria-labelledby="settings-tokens">
        <h2 id="settings-tokens">Tokens for programs</h2>
        <p className="settings__help">A program with a token acts in your name. Revoke what you no longer use.</p>
        <Tokens />
      </section>
      {me !== undefined && <p className="settings__version">Counterpoint {me.version}</p>}
    </Page>
  );
}
