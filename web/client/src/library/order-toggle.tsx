// In which order the library is listed.
import { Segments } from "../ui/segments";

const ORDERS = [
  { value: "recent", name: "Recent" },
  { value: "title", name: "Title" },
] as const;
export type Order = (typeof ORDERS)[number]["value"];

export function OrderToggle({ value, onChange }: { value: Order; onChange: (order: Order) => void }) {
  return <Segments label="Order" hideLabel choices={ORDERS} value={value} onChange={onChange} />;
}
