/** The name a keyword stands for where the table gives none; `generate.mjs` leaves out exactly those. */
export function spaced(keyword: string): string {
  return keyword.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
}
