// Puts text on the clipboard, also where the page was not served securely and browsers hide their own way to do it.

/** Says whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Missing without a secure context, whatever its type says.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard === undefined) return copyBySelection(text);
    await clipboard.writeText(text);
    return true;
  } catch {
    // Forbidden by a setting of the browser: the older way may still be allowed.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  area.setAttribute("aria-hidden", "true");
  document.body.append(area);
  area.select();
  try {
    return copySelection();
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}

function copySelection(): boolean {
  // Deprecated, but the only way there is without a secure context.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return document.execCommand("copy");
}
