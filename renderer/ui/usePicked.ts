import { useState } from 'react';

/** The rows of a list that are ticked, by id. */
export function usePicked(): {
  ids: string[];
  has: (id: string) => boolean;
  toggle: (id: string) => void;
  set: (ids: readonly string[]) => void;
  /** These were dealt with; what was ticked meanwhile stays. */
  drop: (ids: readonly string[]) => void;
} {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  return {
    ids: [...picked],
    has: (id) => picked.has(id),
    toggle: (id) =>
      setPicked((old) => {
        const next = new Set(old);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    set: (ids) => setPicked(new Set(ids)),
    drop: (ids) => setPicked((old) => new Set([...old].filter((id) => !ids.includes(id)))),
  };
}
