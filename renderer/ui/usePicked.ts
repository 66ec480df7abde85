import { useState } from 'react';

/** The rows of a list that are ticked, by id. */
export function usePicked(): {
  ids: string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  set: (ids: readonly string[]) => void;
} {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return {
    ids: [...picked],
    has: (id) => picked.has(id),
    toggle: (id) => {
      const next = new Set(picked);
      if (!next.delete(id)) next.add(id);
      setPicked(next);
    },
    set: (ids) => setPicked(new Set(ids)),
  };
}
