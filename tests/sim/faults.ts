import type { Fault } from './run.ts';
export const FAULTS: readonly Fault[] = [];
