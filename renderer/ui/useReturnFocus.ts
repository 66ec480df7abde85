import { useEffect, useState } from 'react';

/** What is closed gives the focus back: to the dialog below it, else to the scan box, else to where it came from. */
export function useReturnFocus(): void {
  const [previous] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const hasDialog = document.querySelector('[data-dialog]') !== null;
        const box = hasDialog ? null : document.querySelector<HTMLInputElement>('[data-scan-box]');
        const target = box ?? previous;
        if (target instanceof HTMLElement && target.isConnected) target.focus();
      });
    },
    [previous],
  );
}
