/** What axe finds on the page, in both schemes: nothing is allowed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * No violation of WCAG 2 A and AA on what is shown, light and dark; `picture` may keep one of each first. The page's context has to bypass its
 * CSP.
 */
export async function accessible(page: Page, where: string, picture?: (name: string) => Promise<void>): Promise<void> {
  const root = page.locator('html');
  const before = (await root.getAttribute('data-mantine-color-scheme')) ?? 'light';
  for (const scheme of ['light', 'dark']) {
    await root.evaluate((element, value) => element.setAttribute('data-mantine-color-scheme', value), scheme);
    await page.waitForTimeout(50);
    await picture?.(`${where}-${scheme}`);
    expect([where, scheme, await violations(page)]).toEqual([where, scheme, []]);
  }
  await root.evaluate((element, value) => element.setAttribute('data-mantine-color-scheme', value), before);
}

const violations = (page: Page): Promise<string[]> =>
  page.evaluate(async (source) => {
    const scope = window as unknown as {
      axe?: { run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    if (!scope.axe) (0, eval)(source);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const result = await scope.axe?.run({ runOnly: { type: 'tag', values: tags } });
    return (
      result?.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`) ?? ['axe did not run']
    );
  }, AXE);
