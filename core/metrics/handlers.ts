/** Joins the figures to their contract. */
import { branchCard } from '#core/auth/index.ts';
import type { Actor } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import type { Site } from '#core/engine/site.ts';
import type { Launch } from '#core/engine/workers.ts';
import { businessDate } from '#core/shared/time.ts';
import type { metricsContract } from './contract.ts';
import { runExport } from './exportWork.ts';
import { home } from './home.ts';
import { METRICS_NIGHTLY } from './jobs.ts';
import { figuresReach, listDocuments, listStandings, productDemand } from './queries.ts';
import { readableBranches, reachElsewhere } from './reach.ts';
import { type ReportReader, runReport } from './reports.ts';

const seesCost = ({ actor }: { actor: Actor }): boolean => actor.permissions.has('cost.read');

/** Who reads a report. `reach`: how far the company's copy reaches, where it is read there. */
export const readerOf = (
  context: { actor: Actor; site: Site },
  nowMs: number,
  reach?: ReportReader['reach'],
): ReportReader => ({
  branchId: context.site.branchId,
  nowMs,
  today: businessDate(nowMs, context.site.timeZone),
  seesCost: seesCost(context),
  ...(reach ? { reach } : {}),
});

export interface ReportOptions {
  launch?: Launch | undefined;
  companyFile?: string | undefined;
}

export const metricsHandlers = ({ launch, companyFile }: ReportOptions): Handlers<typeof metricsContract> => ({
  reports: {
    run: (context, input) => runReport(context.reader, input, readerOf(context, context.nowMs)),
    documents: ({ reader }, filter) => listDocuments(reader, filter),
    branches: ({ reader, site, nowMs }) => ({ rows: readableBranches(reader, site.branchId, nowMs) }),
    export: (context, { format, language, ...input }) => {
      const { signal, site } = context;
      const shopName = context.read((reader) => branchCard(reader, site).organisationName);
      const look = { language, timeZone: site.timeZone, shopName };
      return context.read((reader) => {
        const reach = reachElsewhere(reader, site, input.branchId);
        const who = readerOf(context, context.clock(), reach);
        return runExport(reader, { input, who, format, look, file: reach && companyFile }, { signal, launch });
      });
    },
  },
  metrics: {
    home: (context) => {
      const { reader, nowMs, site } = context;
      const { branchId, branchName, timeZone } = site;
      return home(reader, { branchId, branchName, timeZone, nowMs, seesCost: seesCost(context) });
    },
    demand: ({ reader }, asked) => productDemand(reader, asked),
    standings: (context, filter) => listStandings(context.reader, filter, seesCost(context)),
    status: ({ reader }) => ({ job: METRICS_NIGHTLY, ...figuresReach(reader) }),
  },
});
