/**
 * Goal: the panel as a manager uses it, against a fake Ollama over real HTTP: ask, correct a chip, follow up, open the report, cancel while the
 * model loads, download the missing model, have it answer and comment; and a cashier who asks for margins is told what may be asked. axe finds
 * nothing in either scheme.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeOllama, type FakeOllama } from '#tests/fakeOllama/server.ts';
import { accessible as axe } from './support/axe.ts';
import type { Hands } from './support/browser.ts';
import { PASSWORD } from '#tests/support/testApp.ts';
import { leave, openTill, signIn, type Till } from './support/till.ts';

const MODEL = 'qwen3.5:2b';
/** Words that no rule knows, so that the model is asked. */
const STRANGE = 'zarandeo del cachivache';

let till: Till;
let fake: FakeOllama;
let hands: Hands;

beforeAll(async () => {
  till = await openTill();
  fake = await fakeOllama();
  fake.models.push({ name: 'never-answers', size: 1 });
  await till.cashier.sales.checkout({
    lines: [{ productId: till.products.oil, quantityMilli: 2_000 }],
    payments: [{ tender: 'CASH', amountClp: 50_000 }],
    expectedTotalClp: 49_980,
  });
  hands = await signIn(till, 'manager', { bypassCSP: true });
});
afterAll(async () => {
  await fake.stop();
  await till.close();
});

const use = (model: string, comment: 'YES' | 'NO' = 'NO') =>
  till.admin.assistant.setSetup({
    enabled: 'YES',
    model,
    host: fake.url,
    allowRemote: 'NO',
    comment,
    retentionDays: 30,
  });
const panel = () => hands.page.getByRole('dialog', { name: 'Asistente' });
const newest = () => panel().locator('section').last();
async function ask(question: string): Promise<void> {
  await panel().getByRole('textbox').fill(question);
  await hands.page.keyboard.press('Enter');
  await newest().getByText(question, { exact: true }).waitFor();
}
const picture = async (name: string): Promise<void> => {
  const folder = process.env['RD_PICTURES'];
  if (folder !== undefined) await hands.page.screenshot({ path: `${folder}/${name}.png` });
};

const accessible = (where: string) => axe(hands.page, where, picture);

it('answers, is corrected, followed up, and leads to its report', { timeout: 60_000 }, async () => {
  await use(MODEL);
  await hands.press('Control+j');
  await panel().getByRole('button', { name: '¿Cuánto hemos vendido hoy?' }).waitFor();
  await accessible('assistant-empty');
  await ask('cuanta plata hicimos hoy');
  await newest().locator('[data-figure="total"]').waitFor();
  expect(await newest().locator('[data-figure="total"]').textContent()).toBe('$49.980');
  // A chip corrected by keyboard alone.
  await newest().getByRole('button', { name: 'Cambiar hoy' }).focus();
  await hands.page.keyboard.press('Enter');
  await hands.page.getByRole('menuitem', { name: 'este mes' }).click();
  await newest().getByRole('button', { name: 'Cambiar este mes' }).waitFor();
  expect(await newest().locator('[data-figure="total"]').textContent()).toBe('$49.980');
  await ask('¿y por vendedor?');
  await newest().getByRole('button', { name: 'Cambiar por vendedor' }).waitFor();
  await ask('¿y el mes pasado?');
  await newest().getByText('No hay datos para eso.').waitFor();
  await newest().getByRole('button', { name: 'Preguntas rápidas' }).waitFor();
  await ask('que productos se vendieron mas este mes');
  await newest().locator('[data-figure="row0.name"]').waitFor();
  await newest().getByRole('button', { name: '¿De dónde sale?' }).click();
  await newest().getByText('De reports.run', { exact: false }).waitFor();
  await accessible('assistant-answer');
  const file = hands.page.waitForEvent('download');
  await newest().getByRole('button', { name: 'Exportar' }).click();
  expect((await file).suggestedFilename()).toBe('respuesta.csv');
  await newest().getByRole('button', { name: 'Ver reporte' }).click();
  await panel().waitFor({ state: 'detached' });
  expect(await hands.page.getByLabel('Reporte', { exact: true }).inputValue()).toBe('PRODUCTS');
});

it('is stopped at once, downloads the model and has it answer', { timeout: 60_000 }, async () => {
  await use('never-answers');
  await hands.press('Control+j');
  await ask(STRANGE);
  await panel().getByRole('button', { name: 'Cancelar' }).click();
  const before = fake.closedAtMs.length;
  await newest().getByText('Cancelado.').waitFor();
  expect(fake.closedAtMs.length).toBeGreaterThanOrEqual(before);
  await use(MODEL);
  fake.pulling = 'slow';
  await ask(`${STRANGE} otra vez`);
  await newest().getByText('Falta descargar el modelo local.').waitFor();
  await newest().getByRole('button', { name: 'Descargar modelo' }).click();
  await newest().getByRole('button', { name: 'Reintentar' }).click();
  await newest().getByText('Puedo mostrar los datos de la tienda', { exact: false }).waitFor();
  expect(fake.pulls).toBe(1);
  expect(fake.chats.at(-1)?.system).not.toContain('49.980');
});

it('shows the comment of the model with the figures of the application', { timeout: 60_000 }, async () => {
  await use(MODEL, 'YES');
  fake.comment = JSON.stringify({ comment: 'Mire {total} junto con {context.sold7}.' });
  await ask('ventas de este mes por categoría');
  await newest().locator('[data-figure="context.sold7"]').waitFor();
  expect(await newest().locator('[data-figure="context.sold7"]').textContent()).toBe('$49.980');
  await accessible('assistant-comment');
  await leave(hands);
});

it('tells a cashier what may be asked', { timeout: 60_000 }, async () => {
  hands = await signIn(till, 'cashier', { bypassCSP: true });
  await hands.press('Control+j');
  await ask('cuál es el margen de este mes');
  await newest().getByText('Su rol no permite ver eso. Puede preguntar:').waitFor();
  await newest().getByRole('button', { name: '¿Qué productos tienen stock bajo?' }).click();
  await panel().getByText('Bajo el mínimo: ').waitFor();
  await leave(hands);
});

it('is set up in Gestión, where its use is counted', { timeout: 60_000 }, async () => {
  hands = await signIn(till, 'admin', { bypassCSP: true });
  await hands.page.getByRole('link', { name: 'Gestión' }).click();
  await hands.page.getByLabel('Contraseña').first().fill(PASSWORD);
  await hands.page.keyboard.press('Enter');
  await hands.page.getByRole('group', { name: 'Gestión' }).getByRole('button', { name: 'Asistente' }).click();
  await hands.page.getByText('Listo para usar').waitFor();
  await hands.page.getByText(MODEL).first().waitFor();
  await hands.page.getByRole('region', { name: 'Preguntas por tema' }).getByText('Ventas').waitFor();
  await accessible('assistant-setup');
  await leave(hands);
});
