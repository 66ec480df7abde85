/** A command as a form sends it: one intention keeps one `commandId` over every retry, also those of the user himself. */
import { useRef, useState } from 'react';
import { errorText } from '../ui/errorText.ts';
import type { InputOf, OutputOf, Path } from './client.ts';
import { command, newId, type WithoutId } from './hooks.ts';

interface Command<P extends Path> {
  /** Answers undefined where it failed; `error` then says so in words and `failure` holds it. */
  send: (input: WithoutId<InputOf<P>>) => Promise<OutputOf<P> | undefined>;
  error: string | undefined;
  failure: unknown;
  isBusy: boolean;
  clear: () => void;
}

/**
 * After a lost answer nobody knows whether it was done: trying again must be the same command, or cash moves twice. Only what succeeded
 * makes room for the next intention.
 */
export function useCommand<P extends Path>(path: P): Command<P> {
  const id = useRef(newId());
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const send = async (input: WithoutId<InputOf<P>>): Promise<OutputOf<P> | undefined> => {
    if (isBusy) return undefined;
    setBusy(true);
    setFailure(undefined);
    try {
      const answer = await command(path, input, id.current);
      id.current = newId();
      return answer;
    } catch (error) {
      setFailure(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return {
    send,
    failure,
    error: failure === undefined ? undefined : errorText(failure),
    isBusy,
    clear: () => setFailure(undefined),
  };
}
