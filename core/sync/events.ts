/** The facts of sync itself, and of goods that travel between branches. */
import { eventKind } from '#core/engine/events.ts';
import type { EngineTables } from '#core/engine/tables.ts';
import type { InventoryTables, MovementRow } from '#core/inventory/index.ts';
import type { TransferLineRow, TransferRow } from './tables.ts';

export const syncEvents = {
  /** A branch's machine met the centre: what the other branches have to know of it. */
  joined: eventKind<{
    branch: EngineTables['branch'];
    terminal: EngineTables['terminal'];
    warehouses: InventoryTables['warehouse'][];
  }>('sync.joined', 1),
  /** A copied or restored file goes on under terminals of its own, so that no number is printed twice. */
  renewed: eventKind<{
    incarnation: string;
    reason: string;
    terminals: EngineTables['terminal'][];
    replaced: Record<string, string>;
  }>('sync.renewed', 1),
};

export const transferEvents = {
  dispatched: eventKind<{ transfer: TransferRow; lines: TransferLineRow[]; movements: MovementRow[] }>(
    'transfers.dispatched',
    1,
  ),
  received: eventKind<{ transfer: TransferRow; lines: TransferLineRow[]; movements: MovementRow[] }>(
    'transfers.received',
    1,
  ),
};
