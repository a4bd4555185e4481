// Where a slider stands among the versions of a document: it goes through all of them, not only from one edit to the next.

/** Steps of the slider at most: more than a track has pixels. */
const STEPS_MAX = 2000;

/** Versions that follow each other: those after a position, up to and with another. */
export interface Stretch {
  after: number;
  until: number;
  /** How many versions it has, about. */
  updates: number;
}

export class Scale {
  /** Of each stretch, the step after its last. */
  private readonly ends: number[] = [];

  /** The stretches in their order, without overlaps. */
  constructor(private readonly stretches: readonly Stretch[]) {
    const total = stretches.reduce((sum, { updates }) => sum + updates, 0);
    const share = Math.min(1, STEPS_MAX / total);
    let end = 0;
    for (const { updates } of stretches) {
      end += Math.max(1, Math.round(updates * share));
      this.ends.push(end);
    }
  }

  /** The last step; the first is 0. */
  get most(): number {
    return (this.ends.at(-1) ?? 1) - 1;
  }

  /** In which stretch a position lies; what is later than all lies in the last. */
  indexAt(position: number): number {
    const found = this.stretches.findIndex(({ until }) => position <= until);
    return found < 0 ? this.stretches.length - 1 : found;
  }

  /** The position of a step; the last step of a stretch is its end. */
  positionAt(step: number): number {
    const found = this.ends.findIndex((end) => step < end);
    const index = found < 0 ? this.stretches.length - 1 : found;
    const { after, until, size, first } = this.partAt(index);
    return after + Math.ceil(((step - first + 1) / size) * (until - after));
  }

  /** The step that stands for a position. */
  stepAt(position: number): number {
    const { after, until, size, first } = this.partAt(this.indexAt(position));
    // The first step whose position is not before this one.
    const within = Math.floor(((position - after - 1) * size) / (until - after)) + 1;
    return first + Math.min(size, Math.max(1, within)) - 1;
  }

  private partAt(index: number) {
    const stretch = this.stretches[index] ?? { after: 0, until: 1 };
    const first = this.ends[index - 1] ?? 0;
    return { after: stretch.after, until: stretch.until, first, size: (this.ends[index] ?? 1) - first };
  }
}
