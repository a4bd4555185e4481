// The branch whose content this page edits or shows, for everything inside it; null: the document itself.
import { createContext, useContext } from "react";
import type { Branch } from "../api/branches";

export const BranchContext = createContext<Branch | null>(null);

export function useCurrentBranch(): Branch | null {
  return useContext(BranchContext);
}
