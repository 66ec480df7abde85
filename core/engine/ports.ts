/** What the core may not reach for itself: time, identity, chance and the log are handed in by the host. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
}

export interface Ids {
  /** A UUIDv7: sorts by creation. */
  next(nowMs: number): string;
}

export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array;
}

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
