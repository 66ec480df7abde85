/** The OpenAPI 3.1 document and its readable page, both derived from the contract. */
import { z } from 'zod';
import { contract } from '#core/contract.ts';
import { ERRORS } from '#core/shared/errors.ts';
import type { Contract, Procedure } from '#core/shared/procedure.ts';
import { escapeHtml } from './answers.ts';

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): object => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
};

const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'details'],
      properties: { code: { enum: Object.keys(ERRORS) }, details: { type: 'object' }, reference: { type: 'string' } },
    },
  },
};

/** The document; built once, on the first request. */
export function openApi(version: string): object {
  const paths = Object.fromEntries(
    procedures().map(({ path, procedure }) => [`/api/${path.replace('.', '/')}`, { post: operation(path, procedure) }]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rep-Drill',
      version,
      description:
        'One POST per procedure, JSON in and out. Queries read; commands write once per commandId and answer the first answer on a repeat; tasks wait.',
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The token of auth.login or auth.pinLogin' },
      },
      schemas: { Error: errorSchema },
    },
  };
}

function operation(path: string, procedure: Procedure): object {
  const { kind, access, topics } = procedure;
  const failure = {
    description: 'A typed error',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  return {
    operationId: path,
    tags: [path.split('.')[0]],
    summary: procedure.summary,
    'x-kind': kind,
    'x-permission': access,
    'x-topics': topics,
    ...(access === 'public' ? { security: [] } : {}),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(procedure.input, 'input') } } },
    responses: {
      200: {
        description: 'The answer',
        content: { 'application/json': { schema: schemaOf(procedure.output, 'output') } },
      },
      default: failure,
    },
  };
}

const procedures = (): { path: string; procedure: Procedure }[] =>
  Object.entries(contract as Contract).flatMap(([group, members]) =>
    Object.entries(members).map(([name, procedure]) => ({ path: `${group}.${name}`, procedure })),
  );

/** Procedures that a guesser would call: tasks (secrets are no commands) whose input holds a password, a PIN, a recovery key or a pairing code. */
export const secretProcedures = (): ReadonlySet<string> =>
  new Set(
    procedures()
      .filter(({ procedure }) =>
        /"(password|\w*Password|pin|recoveryKey|pairingCode)":/.test(
          JSON.stringify(schemaOf(procedure.input, 'input')),
        ),
      )
      .map(({ path }) => path),
  );

/** The same for people: a table of procedures, no script. */
export function apiPage(): string {
  const rows = procedures().map(
    ({ path, procedure: { kind, access, summary, input } }) =>
      `<tr><td><code>POST /api/${path.replace('.', '/')}</code><td>${kind}<td>${access}<td>${escapeHtml(summary)}<details><summary>input</summary><pre>${escapeHtml(JSON.stringify(schemaOf(input, 'input'), null, 1))}</pre></details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Rep-Drill API</title>
<style>body{font:15px/1.4 system-ui;margin:24px;max-width:1100px}table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #ddd;padding:6px 8px;text-align:left;vertical-align:top}pre{max-height:20em;overflow:auto;background:#f7f8fa;padding:8px}</style>
<h1>Rep-Drill API</h1><p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. Send the session's token as <code>Authorization: Bearer</code>.</p>
<table><tr><th>Procedure<th>Kind<th>Permission<th>What it does</tr>${rows.join('')}</table></html>`;
}
