// Where one asks for a take: how it is to be played, which version of the song, and one large button.
import { AudioLines } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { documentAddress } from "../api/addresses";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import { choicesInWords } from "./engine-form";
import { Fold } from "./fold";
import { sentenceCase } from "./format";
import { ParameterField } from "./parameter-field";
import type { RenderForm } from "./render-form";
import { SeedField } from "./seed-field";
import type { Song } from "./studio-queries";
import type { NumberedTake } from "./takes";
import "./render-panel.css";

/** Versions of earlier takes that are offered beside the newest. */
const VERSIONS_OFFERED = 12;
const NEWEST = "newest";

export interface RenderPanelProps {
  song: Song;
  engines: readonly { name: string }[];
  form: RenderForm;
  takes: readonly NumberedTake[];
  isAsking: boolean;
  /** Why the last wish was not granted, in a sentence; null: it was, or there was none. */
  problem: string | null;
  onRender: () => void;
  /** Whether the address asked for the button: then it takes the focus. */
  takesFocus: boolean;
}

export function RenderPanel(props: RenderPanelProps) {
  const { song, form, takes, isAsking, problem, onRender, takesFocus } = props;
  const obstacle = obstacleOf(song);
  const button = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) button.current?.querySelector("button")?.focus();
  }, [takesFocus]);
  return (
    <section className="render" aria-labelledby="render-heading">
      <h2 id="render-heading">New take</h2>
      {obstacle !== null && <p className="render__obstacle">{obstacle}</p>}
      <Fold
        className="render__settings"
        name={
          <span className="render__summary">
            Settings
            <small>{describe(form)}</small>
          </span>
        }
      >
        <Settings {...props} />
      </Fold>
      <SeedField text={form.seedText} onChange={form.changeSeed} songSeed={song.seed} takes={takes} />
      {problem !== null && (
        <p className="render__problem" role="alert">
          {problem}
        </p>
      )}
      <div ref={button}>
        <Button
          tone="primary"
          className="render__go"
          icon={<AudioLines size={18} aria-hidden />}
          isDisabled={obstacle !== null || !form.isValid || form.engine === null}
          isPending={isAsking}
          onPress={onRender}
          preventFocusOnPress
        >
          {isAsking ? "Asking…" : "Render"}
        </Button>
      </div>
    </section>
  );
}

function Settings({ engines, form, takes }: RenderPanelProps) {
  return (
    <div className="render__fields">
      {engines.length > 1 && (
        <Select
          label="Engine"
          choices={engines.map(({ name }) => ({ value: name, name: sentenceCase(name) }))}
          value={form.engine?.name ?? null}
          onChange={form.chooseEngine}
        />
      )}
      {form.parameters.map((parameter) => (
        <ParameterField
          key={`${form.engine?.name ?? ""} ${parameter.name}`}
          parameter={parameter}
          value={form.values[parameter.name]}
          onChange={(value) => form.change(parameter.name, value)}
        />
      ))}
      <VersionField form={form} takes={takes} />
      <Button size="small" className="render__reset" onPress={form.reset}>
        Back to what the engine suggests
      </Button>
    </div>
  );
}

/** The song as it is, or as it was for an earlier take. */
function VersionField({ form, takes }: { form: RenderForm; takes: readonly NumberedTake[] }) {
  const earlier = new Map(takes.map((take) => [take.document_position, take]));
  const versions = [...earlier.values()].slice(0, VERSIONS_OFFERED);
  return (
    <Select
      label="Version of the song"
      choices={[
        { value: NEWEST, name: "The newest", detail: "As it is when you press Render" },
        ...versions.map((take) => ({
          value: String(take.document_position),
          name: `As in take ${take.number}`,
          detail: `Position ${take.document_position}`,
        })),
      ]}
      value={form.position === null ? NEWEST : String(form.position)}
      onChange={(value) => form.choosePosition(value === NEWEST ? null : Number(value))}
    />
  );
}

/** Why this song cannot be rendered; null: it can. */
function obstacleOf(song: Song): React.ReactNode {
  if (song.trashed)
    return (
      <>
        This song is in the <Link href="/trash">trash</Link>. Restore it to render it.
      </>
    );
  if (Object.keys(song.sections).length === 0)
    return (
      <>
        This song has no sections yet, so there is nothing to play.{" "}
        <Link href={documentAddress("song", song.id)}>Add one in the song</Link>, then come back.
      </>
    );
  return null;
}

function describe(form: RenderForm): string {
  const engine = form.engine === null ? "" : `${sentenceCase(form.engine.name)} engine. `;
  const version = form.position === null ? "" : `, position ${form.position}`;
  return `${engine}${choicesInWords(form.parameters, form.values) ?? "As the engine suggests"}${version}`;
}
