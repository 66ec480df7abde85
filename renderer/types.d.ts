declare module 'virtual:topics' {
  const topics: Record<string, readonly string[]>;
  export default topics;
}

declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { Icon } from '@tabler/icons-react';
  const icon: Icon;
  export default icon;
}

/** What the window's preload offers; absent in a browser. */
interface Window {
  repdrill?: {
    call(
      path: string,
      input: unknown,
    ): Promise<{ answer: unknown } | { error: { code: string; details: object; reference?: string } }>;
    onChange(listener: (topics: string[]) => void): () => void;
  };
}
