/** Goal: ids made at or after an instant sort behind its first id, ids made before it sort before. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { v7 } from 'uuid';
import { firstIdAt } from './ids.ts';

it('bounds the ids of an instant from below', () => {
  const instant = fc.integer({ min: 1, max: 2 ** 42 });
  fc.assert(
    fc.property(instant, instant, (at, made) => {
      expect(v7({ msecs: made }) >= firstIdAt(at)).toBe(made >= at);
    }),
  );
});
