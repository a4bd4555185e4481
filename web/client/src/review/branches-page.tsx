// Every branch of a document: those under way first, then those that were merged or closed.
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, GitBranch } from "lucide-react";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { documentAddress, documentAt, KINDS } from "../api/addresses";
import { branchesOfQuery, type Branch } from "../api/branches";
import { mayWrite } from "../api/roles";
import { useMe } from "../api/use-me";
import { BranchRow } from "../branches/branch-row";
import NewBranchDialog from "../branches/new-branch-dialog";
import { stateQuery, type Content } from "../history/requests";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Failure } from "../ui/failure";
import { Page } from "../ui/page";
import { Skeleton } from "../ui/skeleton";
import "./branches-page.css";

export default function BranchesPage({ id }: { id: string; branchId: string }) {
  const [address] = useLocation();
  const kind = documentAt(address)?.kind ?? "song";
  const branches = useQuery(branchesOfQuery(id));
  const content = useQuery(stateQuery(id, null)).data as Content | undefined;
  const isWriter = mayWrite(useMe()?.role);
  const [isNaming, setNaming] = useState(false);
  const said = content?.[KINDS[kind].titleField];
  const title = typeof said === "string" && said.trim() !== "" ? said : "Untitled";
  const newBranch = (
    <Button tone="primary" icon={<GitBranch size={16} aria-hidden />} onPress={() => setNaming(true)}>
      New branch
    </Button>
  );
  return (
    <Page
      title={`Branches, ${title}`}
      width="reading"
      bar={{
        start: (
          <Link href={documentAddress(kind, id)} className="branches-page__back">
            <ArrowLeft size={18} aria-hidden />
            <span className="visually-hidden">Back to </span>
            <span dir="auto">{content === undefined ? "…" : title}</span>
          </Link>
        ),
      }}
    >
      <header className="branches-page__head">
        <h1 className="page__title">Branches</h1>
        {isWriter && (branches.data?.length ?? 0) > 0 && newBranch}
      </header>
      {branches.error !== null && <Failure text={branches.error.message} onRetry={() => void branches.refetch()} />}
      {branches.error === null && branches.data === undefined && <Skeleton lines={5} label="Loading the branches" />}
      {branches.data?.length === 0 && (
        <EmptyState icon={<GitBranch size={28} aria-hidden />} action={isWriter && newBranch}>
          No branches yet. A branch is a copy to try things on, which others can review before it is merged.
        </EmptyState>
      )}
      {branches.data !== undefined && <Lists branches={branches.data} />}
      {isNaming && (
        <NewBranchDialog
          documentId={id}
          position={null}
          about="how the document is now"
          onClose={() => setNaming(false)}
        />
      )}
    </Page>
  );
}

function Lists({ branches }: { branches: readonly Branch[] }) {
  const lists = [
    { name: "Under way", items: branches.filter(({ state }) => state === "open") },
    { name: "Merged or closed", items: branches.filter(({ state }) => state !== "open") },
  ];
  return lists
    .filter(({ items }) => items.length > 0)
    .map(({ name, items }) => (
      <section key={name} className="branches-page__part" aria-label={name}>
        <h2>{name}</h2>
        <ul className="branch-list">
          {items.map((branch) => (
            <BranchRow key={branch.id} branch={branch} />
          ))}
        </ul>
      </section>
    ));
}
