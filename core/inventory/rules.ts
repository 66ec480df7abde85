/** The arithmetic of stock value. Pure: every rule here is one that a shopkeeper could check on paper. */
import { mulDivRound } from '#core/shared/numbers.ts';

/** Quantity (thousandths of the base unit) and exact value (thousandths of a peso) of a product over a branch. */
export interface CostState {
  quantityMilli: number;
  valueMilliClp: number;
  lastUnitCostMilliClp: number;
}

export const EMPTY_COST: CostState = { quantityMilli: 0, valueMilliClp: 0, lastUnitCostMilliClp: 0 };

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
 * What a reception at a known unit cost is worth, and the variance it reveals: stock that had been sold below zero was valued at a
 * guess; the difference to what it really cost is posted as a movement of value without quantity, so that what is left on the
 * shelf is worth exactly what it was bought for.
 */
export function valueEntering(
  state: CostState,
  quantityMilli: number,
  unitCostMilliClp: number,
): { valueMilliClp: number; varianceMilliClp: number } {
  const valueMilliClp = mulDivRound(unitCostMilliClp, quantityMilli, 1000);
  if (state.quantityMilli >= 0) return { valueMilliClp, varianceMilliClp: 0 };
  const leftMilli = Math.max(0, state.quantityMilli + quantityMilli);
  const owedMilli = Math.min(0, state.quantityMilli + quantityMilli);
  const wanted = mulDivRound(unitCostMilliClp, leftMilli + owedMilli, 1000);
  return { valueMilliClp, varianceMilliClp: wanted - (state.valueMilliClp + valueMilliClp) };
}

/** A cost change worth a look: more than 5 % away from the average. */
export function costJumped(previousMilliClp: number, unitCostMilliClp: number): boolean {
  return previousMilliClp > 0 && Math.abs(unitCostMilliClp - previousMilliClp) * 20 > previousMilliClp;
}
