/** A manager's leave, asked in place: the dialog listens here, whoever needs it awaits a grant. */
import { create } from 'zustand';
import { CallError } from '../../api/client.ts';
import type { ErrorDetails } from '#core/shared/errors.ts';

interface Ask {
  details: ErrorDetails;
  grant: (overrideId: string) => void;
  refuse: () => void;
}

export const useOverrideAsk = create<{ ask: Ask | undefined }>(() => ({ ask: undefined }));

/** Opens the dialog and waits for a grant; rejects with OVERRIDE_REQUIRED when it is closed without one. */
export function askOverride(details: ErrorDetails): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (): void => useOverrideAsk.setState({ ask: undefined });
    useOverrideAsk.setState({
      ask: {
        details,
        grant: (overrideId) => {
          done();
          resolve(overrideId);
        },
        refuse: () => {
          done();
          reject(new CallError('OVERRIDE_REQUIRED', details));
        },
      },
    });
  });
}
