/**
 * Hashing of secrets: the only file that knows argon2. The library hashes on its own threads; at most two at a time, so that a
 * burst of logins takes neither the memory nor the cores of the counter.
 */
import { createHmac } from 'node:crypto';
import argon2 from 'argon2';

export interface HashStrength {
  /** KiB of memory, passes and lanes. */
  password: { memoryCost: number; timeCost: number; parallelism: number };
  pin: { memoryCost: number; timeCost: number; parallelism: number };
}

/** Passwords at the library's default (RFC 9106's second choice), PINs at OWASP's minimum: they must answer within 150 ms. */
export const STRONG: HashStrength = {
  password: { memoryCost: 65_536, timeCost: 3, parallelism: 4 },
  pin: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
};

/** For tests and the demonstration shop only, where hundreds of logins would take minutes. */
export const WEAK_FOR_TESTS: HashStrength = {
  password: { memoryCost: 1_024, timeCost: 2, parallelism: 1 },
  pin: { memoryCost: 1_024, timeCost: 2, parallelism: 1 },
};

const CONCURRENT = 2;
let running = 0;
const waiting: (() => void)[] = [];

async function limited<T>(work: () => Promise<T>): Promise<T> {
  if (running >= CONCURRENT) await new Promise<void>((resume) => waiting.push(resume));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

export class SecretHasher {
  readonly #strength: HashStrength;
  readonly #pepper: string;

  /** `pepper`: a secret of this machine outside the database, without which a stolen file gives no PIN away. */
  constructor(pepper: string, strength: HashStrength = STRONG) {
    this.#pepper = pepper;
    this.#strength = strength;
  }

  hashPassword(password: string): Promise<string> {
    return limited(() => argon2.hash(password.normalize('NFC'), { ...this.#strength.password, type: argon2.argon2id }));
  }

  hashPin(pin: string): Promise<string> {
    return limited(() => argon2.hash(this.#peppered(pin), { ...this.#strength.pin, type: argon2.argon2id }));
  }

  /** Takes as long for an unknown user (`hash` undefined) as for a known one. */
  async verifyPassword(hash: string | undefined, password: string): Promise<boolean> {
    if (hash === undefined) return this.hashPassword(password).then(() => false);
    return limited(() => argon2.verify(hash, password.normalize('NFC')));
  }

  async verifyPin(hash: string | undefined, pin: string): Promise<boolean> {
    if (hash === undefined) return this.hashPin(pin).then(() => false);
    return limited(() => argon2.verify(hash, this.#peppered(pin)));
  }

  #peppered(pin: string): string {
    return createHmac('sha256', this.#pepper).update(pin).digest('base64');
  }
}
