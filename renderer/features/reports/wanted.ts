/** The report that another screen leads to: taken once, by the next opening of the reports. */
import type { InputOf } from '../../api/client.ts';
import type { Days } from './period.ts';

export interface WantedReport {
  report: InputOf<'reports.run'>['report'];
  days: Days | undefined;
}

let wanted: WantedReport | undefined;
export const wantReport = (report: WantedReport): void => void (wanted = report);
export const wantedReport = (): WantedReport | undefined => wanted;
export const forgetWanted = (): void => void (wanted = undefined);
