/** What a screen reader hears of the counter. Written straight into the page: a scan draws nothing for it. */
import { memo } from 'react';

let region: HTMLElement | null = null;

/** Says it, also where it is the same as the last time. */
export function say(words: string): void {
  if (region) region.textContent = region.textContent === words ? `${words}\u00a0` : words;
}

export const LiveRegion = memo(function LiveRegion() {
  return <div className="rd-hidden" aria-live="polite" data-said ref={(element) => void (region = element)} />;
});
