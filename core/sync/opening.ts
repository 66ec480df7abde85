/** What happens at the opening of a shop's file before anybody sells: is it this machine's own, or a copy that needs another name? */
import { rmSync } from 'node:fs';
import { type Dispatcher, systemActor } from '#core/engine/dispatch.ts';
import { type MachineNotes, restoredMark, type Standing } from '#core/engine/machine.ts';
import type { Clock, Ids, Log, Random } from '#core/engine/ports.ts';
import type { Reader } from '#core/engine/sql.ts';
import { renewHere } from './renewal.ts';

export interface OpeningPorts {
  file: string;
  reader: Reader;
  dispatcher: Dispatcher;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  notes: MachineNotes | undefined;
}

/**
 * A file that was copied or put back sells under tills of its own from the first moment, so that no printed number is given twice.
 */
export function settleName(ports: OpeningPorts, found: Standing): void {
  const { dispatcher, notes, random, log } = ports;
  const { site } = dispatcher;
  if (!site) return;
  if (found === 'OK') return markOwn(ports);
  log.warn({ found }, 'the file was copied or put back: it goes on under other tills');
  const actor = systemActor(site.terminalId);
  dispatcher.taskContext({ actor, origin: 'internal' }).command('sync.renew', (command) => {
    renewHere(command, found, random);
    notes?.mark(command.writer, command.newId());
  });
  rmSync(restoredMark(ports.file), { force: true });
}

/** Marks the file as this machine's where it has no mark: at its first opening, or once it is installed. */
export function markOwn({ dispatcher, notes, reader, ids, clock }: OpeningPorts): void {
  if (!notes || !dispatcher.site || notes.isMarked(reader)) return;
  dispatcher.local((writer) => notes.mark(writer, ids.next(clock.nowMs())));
}
