// The Hocuspocus server as its guide starts it: SQLite on disk, everything else by default.
// Usage: node hocuspocus.mjs PORT DATABASE
import { Server } from "@hocuspocus/server";
import { SQLite } from "@hocuspocus/extension-sqlite";

const [port, database] = process.argv.slice(2);

await new Server({
  address: "127.0.0.1",
  port: Number(port),
  quiet: true,
  extensions: [new SQLite({ database })],
}).listen();
