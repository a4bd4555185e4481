// Where the client starts.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "../api/queries";
import "../ui/base.css";
import { ErrorBoundary } from "./error-boundary";
import { Frame } from "./frame";
import { Routes } from "./routes";
import { followTheme } from "./theme";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no #app");
followTheme();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      {/* Pages have one of their own; this is for what stands around them. */}
      <ErrorBoundary address="">
        <Frame>
          <Routes />
        </Frame>
      </ErrorBoundary>
    </QueryClientProvider>
  </StrictMode>,
);
