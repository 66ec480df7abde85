import { afterAll, beforeAll, it } from 'vitest';
import type { Hands } from '../support/browser.ts';
import { cartOf, CODES, openTill, signIn, type Till } from '../support/till.ts';
let till: Till; let hands: Hands;
beforeAll(async () => { till = await openTill(); hands = await signIn(till); });
afterAll(() => till.close());
const code = (i: number) => CODES[i] ?? '';
async function moveFocus(index: number): Promise<void> {
  if (index % 40 === 20) return hands.press('F3');
  if (index % 40 === 30) return hands.press('F4');
  const places = ['body', '[data-scan-box]', '.rd-rail a', '.rd-chips button', '.rd-tile', '.rd-lines', '.rd-header button', '.rd-charge'];
  await hands.page.evaluate((place) => { if (place === 'body') (document.activeElement as HTMLElement).blur(); else document.querySelector<HTMLElement>(place)?.focus(); }, places[index % places.length] ?? 'body');
}
it('x', async () => {
  let n = 0;
  hands.page.on('console', (m) => console.log('P', m.text()));
  await hands.scan(code(1)); n = 1; await hands.page.waitForTimeout(300);
  await hands.page.evaluate(() => { for (const type of ['keydown','input','focusin']) window.addEventListener(type, (e) => { const b = document.querySelector('[data-scan-box]') as HTMLInputElement; console.log(type, (e as KeyboardEvent).key, Math.round(e.timeStamp), (e.target as HTMLElement).tagName, (e.target as HTMLElement).className, 'box=' + b.value, e.defaultPrevented) }, {capture:true}); });
  for (let index = 20; index < 21; index += 1) {
    await moveFocus(index);
    if (index % 10 === 0) await hands.burstWith(code(index % 40), async (at) => void (at % 4 === 3 && (await moveFocus(index + at))));
    else await hands.scan(code(index % 40), { gapMs: 2 + (index % 9) * 5 });
    await hands.page.waitForTimeout(150);
    const units = (await cartOf(hands)).reduce((s, l) => s + Number(l.quantity), 0);
    if (units !== n + 1) console.log('LOST', index, units, n, await hands.page.evaluate(() => [(document.querySelector('[data-scan-box]') as HTMLInputElement).value, document.activeElement?.outerHTML.slice(0, 120), document.querySelector('#unknown-code')?.textContent]));
    n = units;
  }
}, 200000);
