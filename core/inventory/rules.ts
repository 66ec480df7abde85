/** The arithmetic of stock value. Pure: every rule here is one that a shopkeeper could check on paper. */
import { mulDivRound } from '#core/shared/numbers.ts';

/** Quantity (thousandths of the base unit) and exact value (thousandths of a peso) of a product over a branch. */
export interface CostState {
  quantityMilli: number;
  valueMilliClp: number;
  lastUnitCostMilliClp: number;
}

/** Weighted average cost per base unit; where nothing is on hand, what the last unit cost. */
export function averageCost(state: CostState): number {
  if (state.quantityMilli <= 0 || state.valueMilliClp < 0) return state.lastUnitCostMilliClp;
  return mulDivRound(state.valueMilliClp, 1000, state.quantityMilli);
}

/**
 * The value that leaves with `quantityMilli`: its share of the exact value, so that the last unit takes the rest and nothing is
 * left of an empty shelf. What leaves below zero is valued at the last known cost.
 */
export function valueLeaving(state: CostState, quantityMilli: number): number {
  if (state.quantityMilli <= 0) return mulDivRound(averageCost(state), quantityMilli, 1000);
  if (quantityMilli >= state.quantityMilli) {
    return state.valueMilliClp + mulDivRound(averageCost(state), quantityMilli - state.quantityMilli, 1000);
  }
  return mulDivRound(state.valueMilliClp, quantityMilli, state.quantityMilli);
}

/**
 * The variance that goods of a known value reveal when they enter a shelf that owed some: what had been sold below zero was valued
 * at a guess. Posted as a movement of value without quantity, it leaves the shelf worth exactly what these goods cost per unit, and
 * an empty shelf worth nothing.
 */
export function costVariance(state: CostState, quantityMilli: number, valueMilliClp: number): number {
  if (state.quantityMilli >= 0) return 0;
  const wantedMilliClp = mulDivRound(valueMilliClp, state.quantityMilli + quantityMilli, quantityMilli);
  return wantedMilliClp - (state.valueMilliClp + valueMilliClp);
}

/** A cost change worth a look: more than 5 % away from the average. */
export function costJumped(previousMilliClp: number, unitCostMilliClp: number): boolean {
  return previousMilliClp > 0 && Math.abs(unitCostMilliClp - previousMilliClp) * 20 > previousMilliClp;
}
