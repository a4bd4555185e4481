// What one can do with the document as a whole: copy it, throw it away, take it back.
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useLocation } from "wouter";
import { documentAddress } from "../../api/addresses";
import { api, dataOf } from "../../api/client";
import { moveHere } from "../../api/done-here";
import { showProblem } from "../../api/problem-toast";
import { useDocument } from "../../collab/context";
import { shortTitle } from "../../ui/short-title";
import { toasts } from "../../ui/toasts";

export interface DocumentCommands {
  duplicate: () => void;
  trash: () => void;
  restore: () => void;
}

export function useDocumentCommands(title: string): DocumentCommands {
  const session = useDocument();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  return useMemo(() => {
    const { id } = session;
    const params = { path: { document_id: id } };
    const told = () => client.invalidateQueries({ queryKey: ["documents"] });
    const attempt = (act: () => Promise<void>) => {
      const run = () => void act().catch((error: unknown) => showProblem(error, run));
      return run;
    };
    const restore = attempt(async () => {
      await api.POST("/api/v1/documents/{document_id}/restore", { params });
      moveHere(id, "library");
      await Promise.all([told(), session.retry()]);
    });
    return {
      restore,
      duplicate: attempt(async () => {
        const copy = dataOf(
          await api.POST("/api/v1/documents/{document_id}/duplicate", { params, body: { title: null } }),
        );
        void told();
        navigate(documentAddress(copy.kind, copy.id));
        const left = copy.left_out.length === 0 ? "" : ` Left out: ${copy.left_out.join(", ")}.`;
        toasts.show({
          tone: left === "" ? "success" : "warning",
          text: `This is the copy: ${shortTitle(copy.title)}.${left}`,
        });
      }),
      trash: attempt(async () => {
        await api.DELETE("/api/v1/documents/{document_id}", { params });
        moveHere(id, "trash");
        void told();
        navigate("/");
        toasts.show({
          tone: "plain",
          text: `${shortTitle(title)} is in the trash.`,
          action: { name: "Undo", onAction: restore },
        });
      }),
    };
  }, [session, client, navigate, title]);
}
