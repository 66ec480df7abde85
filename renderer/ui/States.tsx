/** The states that every list has: nothing yet, nothing found, loading, failed. */
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useText } from '../text/useText.ts';
import { errorText } from './errorText.ts';

/** Cause, one main act. */
export const Empty = ({ title, hint, children }: { title: string; hint?: string; children?: ReactNode }) => (
  <div className="rd-empty">
    <strong>{title}</strong>
    {hint !== undefined && <span>{hint}</span>}
    {children}
  </div>
);

/** Nothing for the first 150 ms, then words. */
export function Loading() {
  const t = useText();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return isLate ? (
    <div className="rd-empty" role="status">
      {t('app.loading')}
    </div>
  ) : null;
}

export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useText();
  return (
    <div className="rd-empty" role="alert">
      <strong>{errorText(error)}</strong>
      <Button variant="default" onClick={onRetry}>
        {t('app.retry')}
      </Button>
    </div>
  );
}

/** Draws a query's data, or the state it is in instead. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading />;
}
