// Which of its many renderings of a song an engine makes: the song's own seed, one thrown with the dice, or a take's.
import { Dices, History } from "lucide-react";
import { IconButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { TextInput } from "../ui/text-input";
import type { NumberedTake } from "./takes";
import "./seed-field.css";

/** The largest seed every engine takes. */
const SEED_MAX = 2 ** 31 - 1;
/** Takes offered for "as in take 3". */
const TAKES_OFFERED = 12;

export interface SeedFieldProps {
  /** As typed; empty: the song's own, or one drawn. */
  text: string;
  onChange: (text: string) => void;
  songSeed: number | null;
  takes: readonly NumberedTake[];
}

export function SeedField({ text, onChange, songSeed, takes }: SeedFieldProps) {
  const earlier = takes.filter((take) => take.deleted_at === null).slice(0, TAKES_OFFERED);
  return (
    <div className="seed">
      <TextInput
        label="Seed"
        className="seed__text"
        value={text}
        onChange={onChange}
        inputMode="numeric"
        placeholder={songSeed === null ? "A new one each time" : `${songSeed}, the song’s own`}
        error={seedMistake(text)}
        help="The same song, settings and seed sound the same again."
      />
      <div className="seed__buttons">
        <IconButton
          label="Throw the dice"
          tone="plain"
          icon={<Dices size={18} aria-hidden />}
          onPress={() => onChange(String(drawnSeed()))}
        />
        {earlier.length > 0 && (
          <Menu
            label="Seeds of earlier takes"
            trigger={
              <IconButton label="Seed of an earlier take" tone="plain" icon={<History size={18} aria-hidden />} />
            }
            actions={earlier.map((take) => ({
              id: take.id,
              name: `Same as take ${take.number}: ${take.seed}`,
              onAction: () => onChange(String(take.seed)),
            }))}
          />
        )}
      </div>
    </div>
  );
}

/** What is wrong with a seed as typed; null: nothing, or it is left to the song. */
export function seedMistake(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const isSeed = /^\d{1,10}$/u.test(trimmed) && Number(trimmed) <= SEED_MAX;
  return isSeed ? null : `A whole number from 0 to ${SEED_MAX}, or nothing.`;
}

/** The seed as typed; null: it is left to the song. */
export function seedOf(text: string): number | null {
  return text.trim() === "" || seedMistake(text) !== null ? null : Number(text.trim());
}

function drawnSeed(): number {
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  return (drawn ?? 0) % (SEED_MAX + 1);
}
