/** How the page looks: scheme, language, density. Kept in this browser; it is no fact of the shop. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

interface Look {
  scheme: 'light' | 'dark' | 'auto';
  language: 'es' | 'en';
  density: 'compact' | 'touch';
  sound: boolean;
  /** Whether the rail of screens is shown. */
  rail: boolean;
  set: (patch: Partial<Pick<Look, 'scheme' | 'language' | 'density' | 'sound' | 'rail'>>) => void;
}

export const useLook = create<Look>()(
  persist(
    (set) => ({
      scheme: 'light',
      language: 'es',
      density: 'compact',
      sound: true,
      rail: true,
      set: (patch) => set(patch),
    }),
    {
      name: 'rep-drill-look',
      partialize: ({ scheme, language, density, sound, rail }) => ({ scheme, language, density, sound, rail }),
    },
  ),
);
