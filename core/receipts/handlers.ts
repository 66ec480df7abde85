/** Joins paper to its contract. */
import { readSetting } from '#core/auth/index.ts';
import type { Actor } from '#core/engine/context.ts';
import type { Handlers } from '#core/engine/module.ts';
import type { Reader } from '#core/engine/sql.ts';
import type { Parsed } from '#core/shared/procedure.ts';
import type { Site } from '#core/engine/site.ts';
import { shiftReport } from '#core/shifts/index.ts';
import type { receiptsContract } from './contract.ts';
import { openJobs } from './queries.ts';
import { renderReceipt } from './render.ts';
import * as service from './service.ts';

/** As the shift's own report: the count is blind unless the shop says otherwise or the role may look. */
const seesExpected = (reader: Reader, actor: Actor): boolean =>
  actor.permissions.has('shifts.see-expected') || readSetting(reader, 'blindClose') === 'NO';

/** What is asked of a paper on the screen, and by whom. */
export type PaperAsked = Parsed<(typeof receiptsContract)['receipts']['preview']>;
export interface PaperReader {
  site: Site;
  actor: Actor;
  nowMs: number;
}

/** A document as its paper. NOT_FOUND where this file does not hold it. */
export function previewReceipt(
  reader: Reader,
  { documentKind, documentId, copyNumber }: PaperAsked,
  { site, actor, nowMs }: PaperReader,
) {
  const columns = service.defaultPrinter(reader, actor.terminalId)?.columns ?? readSetting(reader, 'paperColumns');
  const wanted = {
    documentKind,
    documentId,
    copyNumber,
    columns,
    kick: false,
    seesExpected: seesExpected(reader, actor),
  };
  const copies = Math.max(0, service.copiesOf(reader, documentId));
  return { columns, rows: renderReceipt(reader, site, wanted, nowMs), copies };
}

export const receiptsHandlers: Handlers<typeof receiptsContract> = {
  receipts: {
    preview: ({ reader, site, actor, nowMs }, asked) => previewReceipt(reader, asked, { site, actor, nowMs }),
    print: (context, { documentKind, documentId, printerId }) => {
      // Renders it once before it is queued: a document that does not exist is refused here, not by the printer.
      const wanted = { documentKind, documentId, copyNumber: 0, kick: false, columns: 48, seesExpected: false };
      renderReceipt(context.writer, context.site, wanted, context.nowMs);
      const isLive = documentKind === 'SHIFT' && shiftReport(context.writer, documentId, false).state === 'OPEN';
      return service.printAgain(context, {
        documentKind,
        documentId,
        printerId,
        isLive,
        seesExpected: seesExpected(context.writer, context.actor),
      });
    },
    queue: ({ reader, actor }) => openJobs(reader, actor.terminalId),
    retry: (context, { id, printerId }) => service.retryJob(context, id, printerId),
    discard: (context, { id }) => service.discardJob(context, id),
  },
  printers: {
    list: ({ reader, actor }) => service.listPrinters(reader, actor.terminalId),
    save: (context, { id, name, transport, columns, codepage, kicksDrawer, isDefault }) =>
      service.savePrinter(context, { id, name, transport, columns, codepage, kicksDrawer, isDefault }),
    archive: (context, { id }) => service.archivePrinter(context, id),
    test: (context, { id }) => {
      const job = service.printAgain(context, { documentKind: 'TEST', documentId: context.newId(), printerId: id });
      return { id: job.id };
    },
  },
};
