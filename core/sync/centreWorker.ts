/** The thread that speaks to the centre: network, packing and parsing happen here, never in the process that sells. */
import { parentPort } from 'node:worker_threads';
import { connectCentre } from './postgres.ts';
import { type Centre, CentreError } from './protocol.ts';
import type { Answered, Asked } from './remote.ts';

const port = parentPort;
let centre: Centre | undefined;
/** Why there is no centre: every call answers so. */
let refusal: unknown = new Error('not connected');

port?.on('message', (asked: Asked) => {
  void answer(asked).then((answered) => port.postMessage(answered));
});

async function answer({ id, method, ask }: Asked): Promise<Answered> {
  try {
    if (method === 'connect') {
      await centre?.close();
      centre = undefined;
      try {
        centre = connectCentre(ask as string);
      } catch (error) {
        refusal = error;
        throw error;
      }
      return { id, value: null };
    }
    if (!centre) throw refusal;
    if (method === 'onHint') {
      const tell = (stream: string): void => port?.postMessage({ id: 0, value: stream } satisfies Answered);
      await centre.onHint(tell);
      return { id, value: null };
    }
    const calls = centre as unknown as Record<string, (ask: unknown) => Promise<unknown>>;
    return { id, value: await calls[method]?.(ask) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const { sqlState, transient } = error instanceof CentreError ? error : { sqlState: '', transient: false };
    return { id, failure: { message, sqlState, transient } };
  }
}
