// On narrow screens: which part of the song is shown.
import "./view-switch.css";

export type View = "song" | "arrangement" | "style";

const VIEWS: readonly { view: View; name: string }[] = [
  { view: "song", name: "Song" },
  { view: "arrangement", name: "Arrangement" },
  { view: "style", name: "Style" },
];

export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <div className="view-switch" role="group" aria-label="Show">
      {VIEWS.map((one) => (
        <button
          key={one.view}
          type="button"
          className="view-switch__one"
          data-view={one.view}
          aria-pressed={one.view === view}
          onClick={() => onChange(one.view)}
        >
          {one.name}
        </button>
      ))}
    </div>
  );
}
