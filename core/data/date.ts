/**
 * The day so many days after `today` (before, where negative) as DA (PS3.5 6.2), in local time. Counted in the calendar,
 * not in hours: a day on which clocks change has 23 or 25 of them.
 */
export function dayFrom(today: Date, days: number): string {
  const at = new Date(Date.UTC(today.getFullYear(), today.getMonth(), today.getDate() + days));
  return at.toISOString().slice(0, 10).replaceAll('-', '');
}
