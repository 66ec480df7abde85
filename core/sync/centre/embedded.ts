/** An embedded centre: PGlite behind its socket, data in a folder. Loopback alone, since its socket lets anybody in as the superuser. */
import { mkdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { Sql } from '../postgres.ts';

export interface EmbeddedCentre {
  /** Loopback address of the socket; a device adds `?device=ROLE`. */
  readonly url: string;
  /** The operator's way in, beside the socket. */
  readonly sql: Sql;
  close(): Promise<void>;
}

/** Opens (or makes) the centre of a folder; without a folder it lives in memory. Port 0 takes a free one. */
export async function openEmbeddedCentre(options: { data?: string; port?: number }): Promise<EmbeddedCentre> {
  const { sql, db } = await openPglite(options.data);
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: options.port ?? 0, maxConnections: 32 });
  await server.start();
  const port = /:(\d+)$/.exec(server.getServerConn())?.[1] ?? String(options.port);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    sql,
    async close() {
      await server.stop();
      await sql.close();
    },
  };
}

/** PGlite without a socket. */
export async function openPglite(data?: string): Promise<{ sql: Sql; db: PGlite }> {
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const db = await PGlite.create(data === undefined ? {} : { dataDir: data });
  const sql: Sql = {
    exec: async (text) => void (await db.exec(text)),
    query: async <R extends object>(text: string, values: readonly unknown[] = []) =>
      (await db.query<R>(text, [...values])).rows,
    close: () => db.close(),
  };
  return { sql, db };
}
