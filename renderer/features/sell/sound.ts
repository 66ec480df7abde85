/** A short tick when something was added, a low tone when it was not. Never the only sign. */
import { useLook } from '../../app/look.ts';

type Kind = 'added' | 'unknown';

let context: AudioContext | undefined;
let tones: Record<Kind, AudioBuffer> | undefined;

/** Opening the loudspeaker takes longer than a scan may: done once, while nobody waits. */
function open(): void {
  try {
    context ??= new AudioContext();
    tones ??= { added: tone(context, 1_800, 0.03), unknown: tone(context, 220, 0.25) };
  } catch {
    // A machine without sound sells all the same.
  }
}

/** Sounds after the row has been drawn: the eye first. */
export function beep(kind: Kind): void {
  if (!useLook.getState().sound) return;
  setTimeout(() => {
    open();
    if (!context || !tones) return;
    const source = context.createBufferSource();
    source.buffer = tones[kind];
    source.connect(context.destination);
    source.start();
  }, AFTER_MS);
}

const AFTER_MS = 20;

function tone(of: AudioContext, frequency: number, seconds: number): AudioBuffer {
  const length = Math.ceil(of.sampleRate * seconds);
  const buffer = of.createBuffer(1, length, of.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let at = 0; at < length; at += 1) {
    // Fades at both ends, or it clicks.
    const edge = Math.min(1, at / 100, (length - at) / 100);
    samples[at] = 0.08 * edge * Math.sin((2 * Math.PI * frequency * at) / of.sampleRate);
  }
  return buffer;
}
