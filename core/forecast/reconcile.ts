/**
 * Makes forecasts of products, categories and the shop add up. Each level's own forecast counts by its precision (generalised least
 * squares over the tree: once upwards to combine, once downwards to share the difference), so the noisy single product gives way to
 * the steadier category, and never the other way round.
 */
export interface ForecastNode {
  /** The node's own forecast of a total, and the variance of its error. Without one it is the sum of its children. */
  own?: { mean: number; variance: number };
  children: readonly ForecastNode[];
}

export interface ReconciledNode {
  mean: number;
  children: readonly ReconciledNode[];
}

/** Reconciles a tree: every node's mean is the sum of its children's, and none is negative. */
export function reconcile(root: ForecastNode): ReconciledNode {
  const combined = combine(root);
  return share(combined, Math.max(0, combined.mean));
}

/**
 * Products err together (a season that comes early, a wet month): this part of their sum's error, as a share of it, does not cancel
 * out however many they are.
 */
const COMMON_ERROR = 0.2;

interface Combined {
  mean: number;
  variance: number;
  children: readonly Combined[];
}

function combine(node: ForecastNode): Combined {
  const children = node.children.map(combine);
  const own = node.own;
  if (children.length === 0) return { mean: Math.max(0, own?.mean ?? 0), variance: own?.variance ?? 0, children };
  const below = { mean: 0, variance: 0 };
  for (const child of children) {
    below.mean += child.mean;
    below.variance += child.variance;
  }
  below.variance += (COMMON_ERROR * below.mean) ** 2;
  if (!own || !(own.variance > 0) || !(below.variance > 0)) {
    // A forecast without error has nothing to give way to; children without error neither.
    return own?.variance === 0 && below.variance > 0 ? { ...own, children } : { ...below, children };
  }
  const weight = below.variance / (own.variance + below.variance);
  return {
    mean: weight * own.mean + (1 - weight) * below.mean,
    variance: weight * own.variance,
    children,
  };
}

/** Gives each child its part of the difference by its variance; what would fall below 0 stays at 0 and the rest share again. */
function share(node: Combined, mean: number): ReconciledNode {
  if (node.children.length === 0) return { mean, children: [] };
  const means = node.children.map((child) => Math.max(0, child.mean));
  const free = new Set(means.keys());
  for (let clipped = true; clipped;) {
    const gap = mean - means.reduce((a, b) => a + b, 0);
    let room = 0;
    for (const i of free) room += node.children[i]!.variance;
    if (Math.abs(gap) <= 1e-9 * Math.max(1, mean) || room <= 0) break;
    const fallen: number[] = [];
    for (const i of free) {
      means[i]! += (gap * node.children[i]!.variance) / room;
      if (means[i]! < 0) fallen.push(i);
    }
    for (const i of fallen) {
      means[i] = 0;
      free.delete(i);
    }
    clipped = fallen.length > 0;
  }
  scaleTo(means, mean);
  return { mean, children: node.children.map((child, i) => share(child, means[i]!)) };
}

/** Removes what rounding (or children without any room) left between a node and its children. */
function scaleTo(means: number[], target: number): void {
  const sum = means.reduce((a, b) => a + b, 0);
  means.forEach((value, i) => (means[i] = sum > 0 ? (value * target) / sum : target / means.length));
}
