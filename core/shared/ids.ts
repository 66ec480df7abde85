/**
 * The beginning of every UUIDv7 made at an instant (epoch milliseconds): a lower bound for ranges over ids, without an index on a
 * time. An id's time is never before its clock's; it may be after, where the clock was set back, so it bounds from below only.
 */
export function firstIdAt(atMs: number): string {
  const hex = Math.max(0, atMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}
