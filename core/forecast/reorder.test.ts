/** Goal: nothing is bought without need, what is bought lasts for the protection time, in the supplier's packs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviseReorder, type ReorderInput } from './reorder.ts';

const input = (over: Partial<ReorderInput> = {}): ReorderInput => ({
  daily: new Float64Array(28).fill(2),
  rush: 1,
  dispersions: [
    { days: 7, dispersion: 0.2 },
    { days: 28, dispersion: 0.1 },
  ],
  leadDays: { mean: 5, variance: 1 },
  reviewDays: 7,
  serviceLevel: 0.95,
  onHand: 0,
  onOrder: 0,
  reserved: 0,
  packSize: 1,
  minimumOrder: 0,
  dead: false,
  ...over,
});

describe('adviseReorder', () => {
  it('orders up to the quantile over the protection time, and tells what the sentence needs', () => {
    const advice = adviseReorder(input());
    expect(advice.reason).toBe('order');
    expect(advice.ratePerDay).toBeCloseTo(2);
    expect(advice.protectionDays).toBe(12);
    expect(advice.reorderPoint).toBeGreaterThan(10);
    expect(advice.orderUpTo).toBeGreaterThan(24);
    expect(advice.quantity).toBe(advice.orderUpTo);
    expect(advice.runsOutInDays).toBe(1);
  });

  it('counts what is on order and what is reserved', () => {
    const bare = adviseReorder(input({ onHand: 4 }));
    expect(adviseReorder(input({ onHand: 4, onOrder: 3 })).quantity).toBe(bare.quantity - 3);
    expect(adviseReorder(input({ onHand: 4, reserved: 2 })).quantity).toBe(bare.quantity + 2);
    expect(adviseReorder(input({ onHand: 100 }))).toMatchObject({ reason: 'enough', quantity: 0 });
  });

  it('buys nothing without rotation and nothing of what is not wanted', () => {
    expect(adviseReorder(input({ dead: true }))).toMatchObject({ reason: 'noRotation', quantity: 0 });
    expect(adviseReorder(input({ daily: new Float64Array(28) }))).toMatchObject({ quantity: 0 });
  });

  it('asks for more at a higher service level, of what also sells in bulk, and from a less reliable supplier', () => {
    const usual = adviseReorder(input());
    expect(adviseReorder(input({ serviceLevel: 0.99 })).orderUpTo).toBeGreaterThan(usual.orderUpTo);
    expect(adviseReorder(input({ rush: 1.5 })).orderUpTo).toBeGreaterThan(usual.orderUpTo);
    expect(adviseReorder(input({ leadDays: { mean: 5, variance: 16 } })).orderUpTo).toBeGreaterThan(usual.orderUpTo);
  });

  it('always orders whole packs, at least the minimum, and enough to reach the level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 100 }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        (onHand, packSize, minimumOrder, rate) => {
          const advice = adviseReorder(
            input({ onHand, packSize, minimumOrder, daily: new Float64Array(28).fill(rate) }),
          );
          expect(advice.quantity % packSize).toBe(0);
          if (advice.reason !== 'order') return;
          expect(advice.quantity).toBeGreaterThanOrEqual(minimumOrder);
          expect(advice.position + advice.quantity).toBeGreaterThanOrEqual(advice.orderUpTo);
          expect(advice.position + advice.quantity - packSize).toBeLessThan(
            Math.max(advice.orderUpTo, advice.position + minimumOrder),
          );
        },
      ),
    );
  });
});
