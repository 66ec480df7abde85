/** Paper that the system prints: its printers by name, and documents as PDF. Receipts go out raw, through the print queue of the core. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WebContents } from 'electron';
import type { ElectronParts } from './electron.ts';

/** The names of the system's printers. */
export async function listPrinters(contents: WebContents): Promise<string[]> {
  const printers = await contents.getPrintersAsync();
  return printers.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
}

/** Saves the page as an A4 PDF where the user says. Answers false where he says nowhere. */
export async function savePdf({ app, dialog }: ElectronParts, contents: WebContents, name: string): Promise<boolean> {
  const safe = name.replace(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 80) || 'documento';
  const defaultPath = join(app.getPath('documents'), `${safe}.pdf`);
  const { canceled, filePath } = await dialog.showSaveDialog({
    defaultPath,
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  });
  if (canceled || filePath === '') return false;
  await writeFile(filePath, await contents.printToPDF({ pageSize: 'A4', printBackground: true }));
  return true;
}
