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

/** Whether a role allows to comment. */
export function mayComment(role: Role | undefined): boolean {
  return mayWrite(role) || role === "commenter";
}

/** Whether a role allows to change documents. */
export function mayWrite(role: Role | undefined): boolean {
  return role === "owner" || role === "editor";
}

/** Whether a role allows to say something: to comment, to approve, to request changes. */
export function mayReview(role: Role | undefined): boolean {
  return mayWrite(role) || role === "commenter";
}
