/** Reads and commands of the page. Reads are invalidated by the core's topics, in one place: `useNews`. */
import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import topicsOf from 'virtual:topics';
import { askOverride } from '../features/session/override.ts';
import { useSession, whenOtherUser } from '../features/session/store.ts';
import { call, CallError, type InputOf, listen, type OutputOf, type Path, whenUnpaired } from './client.ts';

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 60_000,
      retry: (count, error) => (isOffline(error) && count < 2) || (isOutdated(error) && count < 1),
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});

// Costs and margins that a manager saw must not be there for the cashier who takes over.
whenOtherUser(
  () =>
    void queries.resetQueries({
      // What anybody may ask, signed in or not, is everybody's.
      predicate: ({ queryKey: [path] }) => typeof path !== 'string' || !/^(system|auth)\./.test(path),
    }),
);

whenUnpaired(() => {
  if (!useSession.getState().user) return;
  useSession.getState().forget();
  // Answers that the device is not paired, which shows where to type a code.
  void queries.invalidateQueries({ queryKey: ['system.status'] });
});

/** Asked with the token of before a password was confirmed. */
const isOutdated = (error: unknown): boolean => error instanceof CallError && error.code === 'UNAUTHENTICATED';
const isOffline = (error: unknown): boolean => error instanceof CallError && error.code === 'OFFLINE';

/** A query of the contract, kept fresh. */
export function useRead<P extends Path>(
  path: P,
  input: InputOf<P>,
  options: { enabled?: boolean; keepPrevious?: boolean; refetchMs?: number } = {},
): UseQueryResult<OutputOf<P>> {
  return useQuery({
    queryKey: [path, input],
    queryFn: ({ signal }) => call(path, input, signal),
    enabled: options.enabled ?? true,
    ...(options.refetchMs === undefined ? {} : { refetchInterval: options.refetchMs }),
    ...(options.keepPrevious === true
      ? { placeholderData: (previous: OutputOf<P> | undefined) => previous as never }
      : {}),
  });
}

/** The answer of a task that only reads, kept until the screen is left. */
export function useAnswer<T>(key: readonly unknown[], ask: () => Promise<T>): UseQueryResult<T> {
  return useQuery({ queryKey: key, queryFn: ask, gcTime: 0 });
}

/** Fetches a query now, through the cache. */
export const read = <P extends Path>(path: P, input: InputOf<P>): Promise<OutputOf<P>> =>
  queries.query({ queryKey: [path, input], queryFn: () => call(path, input), staleTime: 0 });

/** A cable that was pulled out breaks no connection: after this long the answer counts as lost. */
const ANSWER_WITHIN_MS = 20_000;

export type WithoutId<I> = I extends { commandId: string } ? Omit<I, 'commandId' | 'overrideIds'> : I;

/**
 * Sends a command for one intention of the user: the same `commandId` over every retry, so that a timeout cannot make it happen twice. When
 * the core asks for a manager's leave, the manager is asked in place and the command sent again with the grant.
 */
export async function command<P extends Path>(
  path: P,
  input: WithoutId<InputOf<P>>,
  commandId: string = newId(),
): Promise<OutputOf<P>> {
  const overrideIds: string[] = [];
  for (let offline = 0; ;) {
    try {
      const extra = overrideIds.length > 0 ? { overrideIds } : {};
      return await call(path, { ...input, commandId, ...extra } as InputOf<P>, AbortSignal.timeout(ANSWER_WITHIN_MS));
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.code === 'OVERRIDE_REQUIRED' && overrideIds.length < 10) {
        overrideIds.push(await askOverride(error.details));
      } else if (error.code === 'OFFLINE' && offline < 2) {
        offline += 1;
        await new Promise((resolve) => setTimeout(resolve, 300 * offline));
      } else throw error;
    }
  }
}

/** A UUIDv7 of the page: commands sort by when they were meant. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = Date.now();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Turns the core's news into refetches; to be mounted once, while somebody is signed in. */
export function useNews(): void {
  const setConnected = useSession((state) => state.setConnected);
  useEffect(
    () =>
      listen({
        onTopics: (topics) => {
          const changed = new Set(topics);
          void queries.invalidateQueries({
            predicate: ({ queryKey }) => (topicsOf[String(queryKey[0])] ?? []).some((topic) => changed.has(topic)),
          });
        },
        onGap: () => void queries.invalidateQueries(),
        onConnection: setConnected,
      }),
    [setConnected],
  );
}
