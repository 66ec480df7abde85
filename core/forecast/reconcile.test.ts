/** Goal: whatever the levels said, afterwards every parent is the sum of its children and nothing is negative. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconcile, type ForecastNode, type ReconciledNode } from './reconcile.ts';

const own = fc.record({
  mean: fc.double({ min: 0, max: 1e4, noNaN: true }),
  variance: fc.double({ min: 0, max: 1e6, noNaN: true }),
});
const leaf = fc.record({ own, children: fc.constant([]) });
const category = fc.record({ own, children: fc.array(leaf, { minLength: 1, maxLength: 6 }) });
const bare = fc.record({ children: fc.array(leaf, { minLength: 1, maxLength: 6 }) });
const tree = fc.record({ own, children: fc.array(fc.oneof(category, bare), { minLength: 1, maxLength: 5 }) });

function check(node: ReconciledNode): void {
  expect(node.mean).toBeGreaterThanOrEqual(0);
  if (node.children.length === 0) return;
  const sum = node.children.reduce((total, child) => total + child.mean, 0);
  expect(Math.abs(sum - node.mean)).toBeLessThanOrEqual(1e-6 * Math.max(1, node.mean));
  node.children.forEach(check);
}

describe('reconcile', () => {
  it('adds up at every level', () => {
    fc.assert(fc.property(tree, (root) => check(reconcile(root))));
  });

  it('leaves forecasts alone that already add up', () => {
    const children: ForecastNode[] = [10, 20, 30].map((mean) => ({ own: { mean, variance: mean }, children: [] }));
    const agreed = reconcile({ own: { mean: 60, variance: 9 }, children });
    agreed.children.forEach((child, i) => expect(child.mean).toBeCloseTo([10, 20, 30][i]!));
  });

  it('moves towards the steadier level, and the unsure product more than the sure one', () => {
    const children: ForecastNode[] = [
      { own: { mean: 10, variance: 100 }, children: [] },
      { own: { mean: 10, variance: 1 }, children: [] },
    ];
    const agreed = reconcile({ own: { mean: 30, variance: 1 }, children });
    expect(agreed.mean).toBeGreaterThan(29);
    expect(agreed.children[0]!.mean).toBeGreaterThan(18);
    expect(agreed.children[1]!.mean).toBeLessThan(11);
  });
});
