/** UIDs that are made, not registered: UUIDs below 2.25 (PS3.5 B.2). */

/** A new UID from a random UUID (RFC 9562 5.4). */
export function randomUID(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return uuidUID(
    bytes.reduce((bits, byte) => (bits << 8n) | BigInt(byte), 0n),
    4n,
  );
}

/** The UID of 128 bits that are marked as a UUID of this version (RFC 9562 4.1, 4.2). */
export function uuidUID(bits: bigint, version: bigint): string {
  const marked = (bits & ~(0xfn << 76n)) | (version << 76n);
  return `2.25.${(marked & ~(3n << 62n)) | (2n << 62n)}`;
}
