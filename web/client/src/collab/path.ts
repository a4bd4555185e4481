// Places in a document's JSON: a path of keys, written as a JSON Pointer (RFC 6901) where one string is needed.

/** Where something stands in the JSON, e.g. `["sections", id, "lyrics"]`. */
export type Path = readonly string[];

/** The JSON Pointer of a path: how the server names places, and how presence says where somebody is. */
export function pointerTo(path: Path): string {
  return path.map((part) => "/" + part.replaceAll("~", "~0").replaceAll("/", "~1")).join("");
}

/** The path of a JSON Pointer. */
export function pathOf(pointer: string): Path {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Whether the first place is the second one or lies inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((part, index) => part === path[index]);
}
