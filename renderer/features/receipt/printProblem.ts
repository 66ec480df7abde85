import { es } from '../../text/es.ts';
import type { useText } from '../../text/useText.ts';

type Known = keyof typeof es.printProblem;

/** Why a job was not printed, in words; what a spooler said by itself is shown as it is. */
export const printProblem = (t: ReturnType<typeof useText>, reason: string): string =>
  reason in es.printProblem ? t(`printProblem.${reason as Known}`) : reason;
