// What a role allows, in words.
import type { Schemas } from "./client";

export type Role = Schemas["Role"];

/** From the one that allows most to the one that allows least. */
export const ROLES: readonly { value: Role; name: string; detail: string }[] = [
  { value: "owner", name: "Owner", detail: "Everything, and who belongs to the workspace" },
  { value: "editor", name: "Editor", detail: "Writes, renders, makes and trashes documents" },
  { value: "commenter", name: "Commenter", detail: "Reads and listens; comments" },
  { value: "viewer", name: "Viewer", detail: "Reads and listens" },
];

export function roleName(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.name ?? role;
}

/** A person's role as far as it is known. */
type MaybeRole = Role | null | undefined;

/** Whether a role allows to change documents: to write, render, trash and restore. */
export function mayWrite(role: MaybeRole): boolean {
  return role === "owner" || role === "editor";
}

/** Whether a role allows to comment. */
export function mayComment(role: MaybeRole): boolean {
  return mayWrite(role) || role === "commenter";
}

/** Whether a role allows to approve a branch or to request changes: whoever may comment on it may. */
export function mayReview(role: MaybeRole): boolean {
  return mayComment(role);
}
