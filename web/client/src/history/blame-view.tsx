// Who wrote each word of a text: every person's words on their colour, their names beside the lines.
import { useQuery } from "@tanstack/react-query";
import { Failure } from "../ui/failure";
import { Skeleton } from "../ui/skeleton";
import { AuthorMark, authorStyle, useAuthorship } from "./author-mark";
import { authorsByLine, branchInWords, shares, versionInWords } from "./blame-lines";
import { blameQuery } from "./requests";
import { momentInWords } from "./timeline-entries";
import { Avatar } from "../ui/avatar";
import { counted } from "../ui/words";
import "./blame-view.css";

export interface BlameViewProps {
  documentId: string;
  path: string;
  at: number | null;
  isLyrics: boolean;
}

export function BlameView({ documentId, path, at, isLyrics }: BlameViewProps) {
  const { authorOf } = useAuthorship();
  const blame = useQuery(blameQuery(documentId, path, at));
  if (blame.error !== null) return <Failure text={blame.error.message} onRetry={() => void blame.refetch()} />;
  if (blame.data === undefined) return <Skeleton lines={4} label="Finding out who wrote this" />;
  const lines = authorsByLine(blame.data.runs);
  const whole = blame.data.runs.map(({ text }) => text).join("");
  const now = new Date();
  return (
    <div className="blame">
      <ul className="blame__legend" aria-label="Who wrote this">
        {shares(blame.data.runs).map(({ personId, words }) => {
          const { name, colour } = authorOf(personId);
          return (
            <li key={personId} className="blame__person" style={authorStyle(colour)}>
              <span aria-hidden>
                <Avatar name={name} colour={colour} size="small" />
              </span>
              {name}
              <span className="blame__count">{counted(words, "word")}</span>
            </li>
          );
        })}
      </ul>
      <div className="blame__text" data-lyrics={isLyrics || undefined}>
        {lines.map((line, index) => (
          <div key={index} className="blame__line">
            <span className="blame__words">
              {line.runs.length === 0 && "\u200b"}
              {line.runs.map((run, number) => {
                const { name, colour } = authorOf(run.author.person_id);
                return (
                  <span
                    key={number}
                    className="blame__run"
                    style={authorStyle(colour)}
                    title={`${name}, ${momentInWords(run.author.at, now)}${branchInWords(run.branch)}${versionInWords(run.version)}`}
                  >
                    {run.text}
                  </span>
                );
              })}
            </span>
            <span className="blame__marks">
              {line.authors.map((author) => (
                <AuthorMark key={author.person_id} author={author} />
              ))}
            </span>
          </div>
        ))}
      </div>
      {blame.data.discussions.length > 0 && (
        <ul className="blame__talk" aria-label="What was said about it">
          {blame.data.discussions.map((talk) => (
            <li key={talk.thread_id}>
              {talk.start !== null && talk.stop !== null && <q>{whole.slice(talk.start, talk.stop)}</q>}{" "}
              {talk.text === "" ? "A comment that was taken away" : talk.text}
              {talk.is_resolved && <span className="blame__count"> resolved</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
