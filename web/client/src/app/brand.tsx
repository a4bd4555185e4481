// The mark and the name: two voices, one against the other.
import { PRODUCT } from "../ui/page";
import "./brand.css";

export function Brand() {
  return (
    <span className="brand">
      <svg className="brand__mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect className="brand__ground" width="32" height="32" rx="8" />
        <path className="brand__voice" d="M7 12c4.500-5 9-5 9 0s4.500 5 9 0" />
        <path className="brand__voice" d="M7 20c4.500 5 9 5 9 0s4.500-5 9 0" />
      </svg>
      <span className="brand__name">{PRODUCT}</span>
    </span>
  );
}
