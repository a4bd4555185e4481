// The title of the song, as large as it deserves; the heading of the page.
import { useRef } from "react";
import { useField } from "../../collab/context";
import { LineField } from "../fields/line-field";
import { useMayWrite } from "../fields/use-field";
import { useNameFirst } from "../frame/use-name-first";
import "./song-title.css";

export function SongTitle() {
  const title = useField(["title"]);
  const shown = typeof title === "string" && title !== "" ? title : "Untitled";
  const mayWrite = useMayWrite();
  const place = useRef<HTMLDivElement>(null);
  useNameFirst(place, mayWrite);
  if (!mayWrite)
    return (
      <h1 dir="auto" className="song-title">
        {shown}
      </h1>
    );
  return (
    <div ref={place}>
      <h1 className="visually-hidden">{shown}</h1>
      <LineField
        path={["title"]}
        label="Title"
        hideLabel
        placeholder="Untitled"
        wraps
        className="song-title__field"
        inputClassName="song-title"
      />
    </div>
  );
}
