/** What the system says, without its prefixes: `no such file or directory`. */
export function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+), /.exec(message)?.[1] ?? message;
}
