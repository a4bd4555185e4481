// In which order the library is listed.
import { ArrowDownAZ, Clock } from "lucide-react";
import { Segments } from "../ui/segments";

const ORDERS = [
  { value: "recent", name: "Recent", icon: <Clock aria-hidden /> },
  { value: "title", name: "Title", icon: <ArrowDownAZ aria-hidden /> },
] as const;
export type Order = (typeof ORDERS)[number]["value"];

export function OrderToggle({ value, onChange }: { value: Order; onChange: (order: Order) => void }) {
  return <Segments label="Order" hideLabel choices={ORDERS} value={value} onChange={onChange} />;
}
