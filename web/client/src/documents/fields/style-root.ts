// Where editors put their styles: into constructed sheets, because the page's policy refuses inline ones.

/**
 * The document as CodeMirror's `root`, without its head.
 *
 * The library behind its themes (style-mod) writes a <style> element where there is a head, and constructed sheets
 * where there is none, as in a shadow root. Everything else is the document's own.
 */
export const styleRoot: Document = new Proxy(document, {
  get(target, key) {
    if (key === "head") return undefined;
    const value: unknown = Reflect.get(target, key, target);
    return typeof value === "function" ? (value.bind(target) as unknown) : value;
  },
  set: (target, key, value) => Reflect.set(target, key, value, target),
});
