// Random names for what lives in this browser. Works without a secure context, where crypto.randomUUID is missing.

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Letters and digits nobody else will draw: 16 of them hold over 80 bits. */
export function randomId(length = 16): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  // 36 does not divide 256: the first digits are a little likelier, which costs half a bit in all.
  return Array.from(bytes, (byte) => DIGITS.charAt(byte % DIGITS.length)).join("");
}
