/** The little dense linear algebra that the Prophet fit needs. Matrices are row-major in one Float64Array. */

/** Lower Cholesky factor of a symmetric matrix, in place (upper part left as it was). A pivot that vanishes is lifted, never divided by. */
export function cholesky(matrix: Float64Array, size: number): void {
  let largest = 0;
  for (let i = 0; i < size; i += 1) largest = Math.max(largest, Math.abs(matrix[i * size + i]!));
  const floor = Math.max(largest, 1e-300) * 1e-13;
  for (let column = 0; column < size; column += 1) {
    const start = column * size;
    let pivot = matrix[start + column]!;
    for (let k = 0; k < column; k += 1) pivot -= matrix[start + k]! * matrix[start + k]!;
    const root = Math.sqrt(Math.max(pivot, floor));
    matrix[start + column] = root;
    for (let row = column + 1; row < size; row += 1) {
      const at = row * size;
      let sum = matrix[at + column]!;
      for (let k = 0; k < column; k += 1) sum -= matrix[at + k]! * matrix[start + k]!;
      matrix[at + column] = sum / root;
    }
  }
}

/** Solves `factor * factor' * x = right` in place. */
export function choleskySolve(factor: Float64Array, size: number, right: Float64Array): void {
  for (let row = 0; row < size; row += 1) {
    let sum = right[row]!;
    for (let k = 0; k < row; k += 1) sum -= factor[row * size + k]! * right[k]!;
    right[row] = sum / factor[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = right[row]!;
    for (let k = row + 1; k < size; k += 1) sum -= factor[k * size + row]! * right[k]!;
    right[row] = sum / factor[row * size + row]!;
  }
}

/**
 * Minimises `x'Hx/2 - h'x + penalty * |x|_1`: ADMM finds the support, then the equations on that support are solved exactly.
 * `x` holds the start (its support is tried first) and receives the answer.
 */
export function lasso(
  hessian: Float64Array,
  linear: Float64Array,
  penalty: number,
  size: number,
  x: Float64Array,
): void {
  if (polish(hessian, linear, penalty, size, x)) return;
  let trace = 0;
  for (let i = 0; i < size; i += 1) trace += hessian[i * size + i]!;
  if (!(trace > 0)) {
    x.fill(0);
    return;
  }
  let rho = trace / size / 10;
  let factor = withRidge(hessian, size, rho);
  const z = Float64Array.from(x);
  const u = new Float64Array(size);
  const v = new Float64Array(size);
  const trial = new Float64Array(size);
  for (let round = 1; round <= 2_000; round += 1) {
    for (let i = 0; i < size; i += 1) v[i] = linear[i]! + rho * (z[i]! - u[i]!);
    choleskySolve(factor, size, v);
    let primal = 0;
    let dual = 0;
    for (let i = 0; i < size; i += 1) {
      const relaxed = 1.6 * v[i]! - 0.6 * z[i]!;
      const previous = z[i]!;
      const pulled = relaxed + u[i]!;
      z[i] = Math.sign(pulled) * Math.max(0, Math.abs(pulled) - penalty / rho);
      u[i] = pulled - z[i]!;
      primal += (v[i]! - z[i]!) ** 2;
      dual += (rho * (z[i]! - previous)) ** 2;
    }
    if (round % 20 !== 0) continue;
    trial.set(z);
    if (polish(hessian, linear, penalty, size, trial)) {
      x.set(trial);
      return;
    }
    if (round % 100 === 0 && (primal > 100 * dual || dual > 100 * primal)) {
      const scale = primal > dual ? 4 : 0.25;
      rho *= scale;
      for (let i = 0; i < size; i += 1) u[i]! /= scale;
      factor = withRidge(hessian, size, rho);
    }
  }
  x.set(z);
}

function withRidge(hessian: Float64Array, size: number, ridge: number): Float64Array {
  const factor = Float64Array.from(hessian);
  for (let i = 0; i < size; i += 1) factor[i * size + i]! += ridge;
  cholesky(factor, size);
  return factor;
}

/** Solves exactly on the support and signs of `x`; true, with `x` replaced, if the answer meets the optimality conditions. */
function polish(hessian: Float64Array, linear: Float64Array, penalty: number, size: number, x: Float64Array): boolean {
  const support: number[] = [];
  for (let i = 0; i < size; i += 1) if (x[i] !== 0) support.push(i);
  const count = support.length;
  const matrix = new Float64Array(count * count);
  const right = new Float64Array(count);
  support.forEach((i, row) => {
    right[row] = linear[i]! - penalty * Math.sign(x[i]!);
    support.forEach((j, column) => (matrix[row * count + column] = hessian[i * size + j]!));
  });
  cholesky(matrix, count);
  choleskySolve(matrix, count, right);
  for (let row = 0; row < count; row += 1) {
    if (!(right[row]! * Math.sign(x[support[row]!]!) > 0)) return false;
  }
  const limit = penalty * (1 + 1e-6) + 1e-12;
  for (let i = 0; i < size; i += 1) {
    let gradient = linear[i]!;
    for (let row = 0; row < count; row += 1) gradient -= hessian[i * size + support[row]!]! * right[row]!;
    if (x[i] === 0 && Math.abs(gradient) > limit) return false;
  }
  support.forEach((i, row) => (x[i] = right[row]!));
  return true;
}
