/** `/healthz` for a monitor, `/health` for a person at the machine. */
import type { App } from '#core/app.ts';
import type { Health } from '#core/engine/contract.ts';
import { escapeHtml } from './answers.ts';

/** How the shop is, asked by the host itself. */
export const readHealth = (app: App): Health => app.call('system.health', {}, app.system()) as Health;

/** What a monitor needs: `ok` while the shop can sell, and what somebody should look at. */
export function monitorAnswer(
  app: App,
  version: string,
): { status: number; body: { status: string; [more: string]: unknown } } {
  const { state, problems } = readHealth(app);
  const status = state === 'FAILED' ? 'failed' : state === 'WARNING' ? 'warning' : 'ok';
  return {
    status: state === 'FAILED' ? 503 : 200,
    body: { status, version, installed: app.dispatcher.site !== undefined, problems },
  };
}

/** The page: no script, renewed every ten seconds. */
export function healthPage(app: App, version: string): string {
  const health = readHealth(app);
  const { database, disk, anchor, audit, backups, jobs, printQueue } = health;
  const rows: [string, string][] = [
    ['Version', version],
    ['Database', `${database.damage ?? 'sound'}, ${bytes(database.bytes)}, WAL ${bytes(database.walBytes)}`],
    ['Schema', String(database.schemaVersion)],
    ['Events', String(database.lastSequence)],
    ['Last checkpoint', time(database.checkpointAtMs)],
    ['Free on disk', disk.freeBytes === null ? 'unknown' : bytes(disk.freeBytes)],
    ['Head anchor', `${anchor.state}${anchor.missing.map(({ kind, label }) => ` ${kind} ${label}`).join(',')}`],
    ['Audit since the start', `${String(audit.checked)} links checked, ${String(audit.brokenSequences.length)} broken`],
    ['Backups', `${String(backups.count)}, newest ${time(backups.newestAtMs)}`],
    ['Print queue', printQueue ? `${String(printQueue.waiting)} waiting, ${String(printQueue.failed)} failed` : 'none'],
    ...jobs.map(({ name, lastState, lastStartedAtMs }): [string, string] => [
      `Job ${name}`,
      `${lastState ?? 'never ran'} ${time(lastStartedAtMs)}`,
    ]),
  ];
  const body = rows.map(([name, value]) => `<tr><th scope="row">${escapeHtml(name)}<td>${escapeHtml(value)}`).join('');
  const problems = health.problems.map((problem) => `<li>${escapeHtml(problem)}`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>Rep-Drill: ${health.state}</title>
<style>body{font:15px/1.5 system-ui;margin:24px;max-width:800px}table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #ddd;padding:6px 8px;text-align:left}th{width:14em;font-weight:600}</style>
<main><h1>Rep-Drill: ${health.state}</h1>${problems === '' ? '' : `<ul>${problems}</ul>`}<table>${body}</table></main></html>`;
}

const time = (atMs: number | null): string => (atMs === null ? 'never' : new Date(atMs).toISOString());
const bytes = (count: number): string => `${(count / 1024 / 1024).toFixed(1)} MiB`;
