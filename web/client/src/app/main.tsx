// Where the client starts.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "../api/queries";
import "../ui/base.css";
import { Frame } from "./frame";
import { Routes } from "./routes";
import { followTheme } from "./theme";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no #app");
followTheme();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <Frame>
        <Routes />
      </Frame>
    </QueryClientProvider>
  </StrictMode>,
);
