/** A short tick when something was added, a low tone when it was not. Never the only sign. */
import { useLook } from '../../app/look.ts';

let context: AudioContext | undefined;

export function beep(kind: 'added' | 'unknown'): void {
  if (!useLook.getState().sound) return;
  try {
    context ??= new AudioContext();
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const [frequency, seconds] = kind === 'added' ? [1_800, 0.03] : [220, 0.25];
    oscillator.frequency.value = frequency;
    gain.gain.value = 0.05;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start();
    oscillator.stop(context.currentTime + seconds);
  } catch {
    // A machine without sound sells all the same.
  }
}
