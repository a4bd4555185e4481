// Words and figures as people read them, the same everywhere: capitals, counts, times.

const figures = new Intl.NumberFormat("en");

/** With a capital letter, as at the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** Without case and accents, as one searches: "Émigré" is found by "emi". */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** "12,000". */
export function figure(value: number): string {
  return figures.format(value);
}

/** "1 bar", "12,000 words". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** "0:07", "2:05", "1:02:05": the seconds that are over, as a player counts them. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(Number.isFinite(seconds) ? seconds : 0));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const end = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
}
