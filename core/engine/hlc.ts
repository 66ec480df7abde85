/**
 * Hybrid logical clock: the wall clock where it moves forward, a counter where it does not. Text that sorts as it happened:
 * 15 digits of milliseconds, a dash, 5 digits of counter.
 */
export function nextHlc(previous: string | undefined, nowMs: number): string {
  const [lastMs, lastCounter] = previous === undefined ? [0, 0] : readHlc(previous);
  return nowMs > lastMs ? writeHlc(nowMs, 0) : writeHlc(lastMs, lastCounter + 1);
}

/** Milliseconds and counter of a stamp. */
export function readHlc(hlc: string): [number, number] {
  return [Number(hlc.slice(0, 15)), Number(hlc.slice(16))];
}

function writeHlc(atMs: number, counter: number): string {
  return `${String(atMs).padStart(15, '0')}-${String(counter).padStart(5, '0')}`;
}
