// Where the client starts.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient, documentsQuery, meQuery } from "../api/queries";
import "../ui/base.css";
import { ErrorBoundary } from "./error-boundary";
import { Frame } from "./frame";
import { loadPageAt, Routes } from "./routes";
import { followTheme } from "./theme";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no #app");
// What is needed first is under way while the page is drawn; what fails says so where it is shown.
const queries = createQueryClient();
queries.query(meQuery).catch(() => undefined);
loadPageAt(location.pathname);
if (location.pathname === "/" && location.search === "")
  queries.infiniteQuery(documentsQuery({ search: "", kinds: [], order: "recent" })).catch(() => undefined);
followTheme();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      {/* Pages have one of their own; this is for what stands around them. */}
      <ErrorBoundary address="">
        <Frame>
          <Routes />
        </Frame>
      </ErrorBoundary>
    </QueryClientProvider>
  </StrictMode>,
);
