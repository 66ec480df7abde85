/** What may be asked of paper: previews, reprints, the queue and the printers. */
import { z } from 'zod';
import { command, query } from '#core/shared/procedure.ts';
import { id, name, text } from '#core/shared/schemas.ts';

/** DRAWER is no paper: the drawer opened without a sale. TEST is a printer's test page. */
export const documentKind = z.enum(['SALE', 'RETURN', 'SHIFT', 'CASH', 'ORDER', 'ACCOUNT', 'DRAWER', 'TEST']);
/** NONE prints nothing: receipts are only shown. FILE writes each job's bytes to a folder. */
export const transport = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('TCP'), host: text(120, 1), port: z.int().min(1).max(65_535).default(9100) }),
  z.strictObject({ kind: z.literal('SPOOLER'), queue: text(120, 1) }),
  z.strictObject({ kind: z.literal('FILE'), folder: text(400, 1) }),
  z.strictObject({ kind: z.literal('NONE') }),
]);
export type Transport = z.output<typeof transport>;

const yesNo = z.enum(['YES', 'NO']);
const row = z.union([
  z.strictObject({ kind: z.literal('line'), text: z.string(), isBold: z.boolean(), isLarge: z.boolean() }),
  z.strictObject({ kind: z.literal('barcode'), value: z.string() }),
  z.strictObject({ kind: z.literal('drawer') }),
  z.strictObject({ kind: z.literal('cut') }),
]);
const done = z.strictObject({ id: z.string() });
const jobState = z.enum(['QUEUED', 'PRINTING', 'DONE', 'FAILED', 'DISCARDED']);
const document = { documentKind: documentKind.exclude(['TEST', 'DRAWER']), documentId: id };
const columns = z.union([z.literal(32), z.literal(42), z.literal(48)]);
const codepage = z.enum(['CP858', 'CP1252']);

export const receiptsContract = {
  receipts: {
    preview: query({
      summary: 'The rows of a document’s receipt, exactly as they are printed, and how many copies were made',
      access: 'receipts.print',
      input: {
        ...document,
        copyNumber: z.int().min(0).max(1000).default(0),
        /** Of another branch's document, which an owner's machine reads in the company's copy. */
        branchId: id.optional(),
      },
      output: z.strictObject({ columns: z.int(), rows: z.array(row), copies: z.int() }),
      topics: [
        'sale',
        'salesOrder',
        'saleReturn',
        'shift',
        'cashMovement',
        'payment',
        'printJob',
        'printer',
        'setting',
        'branch',
        'organisation',
      ],
    }),
    print: command({
      summary: 'Prints a document again, marked COPIA and counted; an X report of an open shift as often as wanted',
      access: 'receipts.print',
      input: { ...document, printerId: id.optional() },
      output: z.strictObject({ id: z.string(), copyNumber: z.int() }),
    }),
    queue: query({
      summary: 'What waits for the printers of this terminal, and what failed, oldest first',
      access: 'receipts.print',
      input: {},
      output: z.array(
        z.strictObject({
          id: z.string(),
          printerId: z.string(),
          printerName: z.string(),
          documentKind,
          documentId: z.string(),
          copyNumber: z.int(),
          state: jobState,
          attempts: z.int(),
          /** Why the last attempt failed: REFUSED, TIMEOUT, CUT ... or the spooler's own words. */
          lastError: z.string(),
          /** The paper may be out already: the next print says so. */
          mayRepeat: yesNo,
          /** When it is tried again by itself; null where it waits for somebody. */
          nextAttemptAtMs: z.int().nullable(),
          createdAtMs: z.int(),
        }),
      ),
      topics: ['printJob', 'printer'],
    }),
    retry: command({
      summary: 'Tries a failed job again now, on the same or another printer',
      access: 'receipts.print',
      input: { id, printerId: id.optional() },
      output: done,
    }),
    discard: command({
      summary: 'Gives a job up; the document stays',
      access: 'receipts.print',
      input: { id },
      output: done,
    }),
  },
  printers: {
    list: query({
      summary: 'The printers of this terminal',
      access: 'receipts.print',
      input: {},
      output: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          transport,
          columns,
          codepage,
          kicksDrawer: yesNo,
          isDefault: yesNo,
        }),
      ),
      topics: ['printer'],
    }),
    save: command({
      summary: 'Adds or changes a printer of this terminal; the default one gets the receipts',
      access: 'printers.manage',
      input: {
        id: id.optional(),
        name: name(60),
        transport,
        columns: columns.default(48),
        codepage: codepage.default('CP858'),
        kicksDrawer: yesNo.default('YES'),
        isDefault: yesNo.default('YES'),
      },
      output: done,
    }),
    archive: command({
      summary: 'Retires a printer; what waited for it waits for somebody',
      access: 'printers.manage',
      input: { id },
      output: done,
    }),
    test: command({
      summary: 'Prints a test page and opens the drawer',
      access: 'printers.manage',
      input: { id },
      output: done,
    }),
  },
};
