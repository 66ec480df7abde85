/** Locks the till after some idle minutes. Never in the middle of a payment: a dialog that is open keeps it awake. */
import { useEffect } from 'react';
import { useRead } from '../../api/hooks.ts';
import { useSession } from './store.ts';

export function useIdleLock(): void {
  const settings = useRead('settings.get', {});
  const minutes = settings.data?.idleLockMinutes;
  useEffect(() => {
    if (minutes === undefined) return;
    let lastAt = performance.now();
    const touch = (): void => void (lastAt = performance.now());
    const events = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
    for (const event of events) window.addEventListener(event, touch, { passive: true });
    const timer = setInterval(() => {
      const isPaying = document.querySelector('[data-dialog]') !== null;
      // While the machine does not answer nobody could unlock it again, and the cart is on this screen alone.
      const { isConnected } = useSession.getState();
      if (performance.now() - lastAt > minutes * 60_000 && !isPaying && isConnected) useSession.getState().lock();
    }, 5_000);
    return () => {
      clearInterval(timer);
      for (const event of events) window.removeEventListener(event, touch);
    };
  }, [minutes]);
}
