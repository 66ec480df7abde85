/** How a tool asks: the procedures of the contract, queries alone, as the person who asked. */
import type { z } from 'zod';
import type { metricsContract } from '#core/metrics/contract.ts';

/** Asks a query of the contract. */
export type Ask = (path: string, input: object) => unknown;
export type MetricsReport = z.output<(typeof metricsContract)['reports']['run']['output']>;
