// What the people pages ask of the API.
import { queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";
import { keys } from "../api/queries";
import type { Role } from "../api/roles";

export type Member = Schemas["MemberItem"];

export async function invitePerson(body: { name: string; role: Role }) {
  return dataOf(await api.POST("/api/v1/invites", { body }));
}

/** A fresh link; the one before opens nothing any more. */
export async function renewLink(personId: string) {
  const params = { path: { person_id: personId } };
  return dataOf(await api.POST("/api/v1/members/{person_id}/invite", { params }));
}

/** Ends the link that was not used yet. */
export async function revokeLink(personId: string) {
  await api.DELETE("/api/v1/members/{person_id}/invite", { params: { path: { person_id: personId } } });
}

export async function changeMember({ personId, role, name }: { personId: string; role?: Role; name?: string }) {
  const params = { path: { person_id: personId } };
  const body = { role: role ?? null, name: name ?? null };
  return dataOf(await api.PATCH("/api/v1/members/{person_id}", { params, body }));
}

export async function removeMember(personId: string) {
  await api.DELETE("/api/v1/members/{person_id}", { params: { path: { person_id: personId } } });
}

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async () => dataOf(await api.GET("/api/v1/tokens")).items,
  meta: { inline: true },
});

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: async () => dataOf(await api.GET("/api/v1/me/sessions")).items,
  meta: { inline: true },
});

export async function createToken(body: { label: string; role: Role; expires_at: string | null }) {
  return dataOf(await api.POST("/api/v1/tokens", { body }));
}

export async function revokeToken(tokenId: string) {
  await api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: tokenId } } });
}

export async function endSession(sessionId: string) {
  await api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: sessionId } } });
}

/** A sign-in link that leads on to a page of the studio. */
export function withNext(link: string, next: string | null): string {
  if (next === null) return link;
  const address = new URL(link);
  address.searchParams.set("next", next);
  return address.toString();
}
