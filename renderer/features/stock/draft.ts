/**
 * A stock document while it is written: kept in this browser for its writer, so that thirty scanned lines outlive a closed dialog or a
 * power cut. It carries the command's id: posting it again after a lost answer posts nothing twice.
 */
import { useEffect, useState } from 'react';
import { newId } from '../../api/hooks.ts';
import { useSession } from '../session/store.ts';

export type StockWork = 'receive' | 'adjust' | 'issue' | 'transfer' | 'toSupplier';

export interface StockLine {
  key: string;
  product: { id: string; name: string; sku: string; unit: string };
  quantityMilli: number;
  unitCostMilliClp: number;
}

export interface StockDraft {
  commandId: string;
  from: string;
  to: string;
  supplierId: string;
  reference: string;
  reason: string;
  lines: StockLine[];
}

const fresh = (): StockDraft => ({
  commandId: newId(),
  from: '',
  to: '',
  supplierId: '',
  reference: '',
  reason: '',
  lines: [],
});

type Patch = Partial<Omit<StockDraft, 'commandId'>>;

interface Kept {
  draft: StockDraft;
  /** Whether it comes from an earlier time. */
  isRestored: boolean;
  change: (patch: Patch | ((draft: StockDraft) => Patch)) => void;
  /** Forgets it: posted, or not wanted. */
  clear: () => void;
}

export function useStockDraft(work: StockWork): Kept {
  const userId = useSession((state) => state.user?.id ?? '');
  const place = `rep-drill-stock:${userId}:${work}`;
  const [first] = useState(() => load(place));
  const [draft, setDraft] = useState(first ?? fresh);
  useEffect(() => {
    if (draft.lines.length > 0) localStorage.setItem(place, JSON.stringify(draft));
    else localStorage.removeItem(place);
  }, [draft, place]);
  return {
    draft,
    isRestored: first !== undefined && draft.commandId === first.commandId,
    change: (patch) => setDraft((old) => ({ ...old, ...(typeof patch === 'function' ? patch(old) : patch) })),
    clear: () => {
      localStorage.removeItem(place);
      setDraft(fresh());
    },
  };
}

/** What was kept; undefined where it is none, or from a version that wrote it otherwise. */
function load(place: string): StockDraft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? 'null') as Partial<StockDraft> | null;
    return kept?.commandId !== undefined && Array.isArray(kept.lines) ? { ...fresh(), ...kept } : undefined;
  } catch {
    return undefined;
  }
}
