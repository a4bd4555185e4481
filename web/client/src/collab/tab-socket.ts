// The socket all documents of this tab share, on the page's own address.
import { TabSocket } from "./socket";

let socket: TabSocket | null = null;
let owner: string | null = null;

/**
 * The tab's socket, which speaks for this person and nobody else: the studio turns it away when somebody else has
 * signed in meanwhile, so what one person wrote is never sent in another's name.
 */
export function tabSocket(personId: string): TabSocket {
  if (socket && owner === personId) return socket;
  socket?.destroy();
  owner = personId;
  const address = new URL("/collab", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.searchParams.set("person", personId);
  socket = new TabSocket({ url: address.href });
  return socket;
}
